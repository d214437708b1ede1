import { createServer, type RequestListener } from "node:http";
import { CliError } from "../../cli-error.js";
import { printedAddress } from "../parameters.js";

/** Where something is shown over HTTP to who watches the proxy. */
export interface HttpPlace {
  readonly host: string;
  readonly port: number;
}

/** Reads `ADDRESS:PORT`; `:PORT` is on the loopback. */
export function readHttpPlace(option: string, text: string): HttpPlace {
  const [, bracketed, plain = "", port] = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d+)$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535) {
    throw new CliError(`${option} takes ADDRESS:PORT or :PORT, not "${text}"`);
  }
  const host = bracketed ?? plain;
  return { host: host === "" ? "127.0.0.1" : host, port: Number(port) };
}

/** Something that is shown, and how to end that. */
export interface HttpService {
  /** Address and port, as they are printed. */
  readonly address: string;
  close(): Promise<void>;
}

/** Answers there. Rejects with a CliError where it cannot listen. What an answer throws is a 500 to who asked, and no end of the proxy. */
export async function serveHttp(
  option: string,
  { host, port }: HttpPlace,
  answer: RequestListener,
): Promise<HttpService> {
  const server = createServer((request, response) => {
    try {
      answer(request, response);
    } catch (error) {
      if (!response.headersSent) response.writeHead(500, { "Content-Type": "text/plain" });
      response.end(`${error instanceof Error ? error.message : String(error)}\n`);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new CliError(`${option}: ${error.message}`)));
    server.listen(port, host, resolve);
  });
  const bound = server.address();
  return {
    address: typeof bound === "object" && bound ? printedAddress(bound) : host,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
