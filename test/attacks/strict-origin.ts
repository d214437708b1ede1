import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** An origin that takes only what is beyond doubt, and the requests that it understood. */
export interface StrictOrigin {
  readonly port: number;
  /** `METHOD URL BODY` each, in the order they came; `JUNK …` for anything else. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Starts it on a free port. Every request is answered with 200 and its own URL. */
export async function startStrictOrigin(): Promise<StrictOrigin> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let text = "";
    socket.setEncoding("latin1");
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk: string) => {
      text += chunk;
      for (let taken = takeRequest(text); taken; taken = takeRequest(text)) {
        requests.push(taken.request);
        text = text.slice(taken.length);
        const body = taken.request.split(" ")[1] ?? "";
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

interface Taken {
  readonly request: string;
  readonly length: number;
}

/** The first whole request of a text. */
function takeRequest(text: string): Taken | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const [, method = "", url = ""] = /^([\w-]+) (\S+) HTTP\/1\.[01]$/.exec(first) ?? [];
  const wellFormed = method !== "" && lines.every((line) => /^[\w-]+:[^\r\n\0]*$/.test(line));
  const values = (name: string): readonly string[] =>
    lines
      .filter((line) => line.toLowerCase().startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trim());
  const [lengths, codings] = [values("content-length"), values("transfer-encoding")];
  if (!wellFormed || lengths.length + codings.length > 1 || !/^\d{0,9}$/.test(lengths[0] ?? "")) {
    return { request: `JUNK ${text.slice(0, end)}`, length: text.length };
  }
  const start = end + 4;
  if (codings.length === 0) return withLength(text, `${method} ${url}`, start, Number(lengths[0] ?? 0));
  if (codings[0] !== "chunked") return { request: `JUNK ${codings[0]}`, length: text.length };
  return withChunks(text, `${method} ${url}`, start);
}

function withLength(text: string, request: string, start: number, length: number): Taken | undefined {
  if (text.length < start + length) return undefined;
  return { request: `${request} ${text.slice(start, start + length)}`.trimEnd(), length: start + length };
}

function withChunks(text: string, request: string, start: number): Taken | undefined {
  let body = "";
  for (let at = start; ;) {
    const line = text.indexOf("\r\n", at);
    if (line < 0) return undefined;
    const size = /^[\da-f]+$/.test(text.slice(at, line)) ? parseInt(text.slice(at, line), 16) : -1;
    if (size < 0) return { request: `JUNK chunk ${text.slice(at, line)}`, length: text.length };
    at = line + 2 + size + 2;
    if (text.length < at) return undefined;
    if (size === 0) return { request: `${request} ${body}`.trimEnd(), length: at };
    body += text.slice(line + 2, line + 2 + size);
  }
}
