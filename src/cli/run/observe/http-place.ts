import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { listenReason } from "../../../host/node/listen-reason.js";
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

/**
 * Who asks by a name that is not meant: why it is refused, in a line. Meant are addresses, localhost, this machine's name, that of the place and
 * `names`, for which there is the option `OPTION-host`. A page of somebody else, whose name was made to point here, gets nothing.
 */
export function hostCheck(
  option: string,
  place: HttpPlace,
  names: readonly string[],
): (request: IncomingMessage) => string | undefined {
  const known = new Set(["localhost", hostname(), place.host, ...names].map((name) => name.toLowerCase()));
  const refusal = `This name is not one that ${option} is asked for by: use an address, or start with ${option}-host NAME`;
  return ({ headers }) => {
    const [, bracketed, plain = ""] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d+)?$/.exec(headers.host ?? "") ?? [];
    const name = (bracketed ?? plain).toLowerCase();
    return isIP(name) === 0 && !known.has(name) ? refusal : undefined;
  };
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
    server.once("error", (error) =>
      reject(new CliError(`${option}: cannot listen on ${host}:${port}: ${listenReason(error)}`)),
    );
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
