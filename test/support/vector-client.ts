import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { VectorRequest } from "./delivery-vectors.js";

/** What a client got, byte by byte. */
export interface VectorResult {
  readonly status: number;
  readonly reason: string;
  /** `Name: value` each. */
  readonly lines: readonly string[];
  readonly body: Buffer;
  readonly framing: "length" | "chunked" | "close" | "none";
  /** The connection ended inside the message. */
  readonly truncated: boolean;
  readonly closed: boolean;
  /** Bytes behind the message. */
  readonly extra: Buffer;
}

/** First value of a field, by its name in any case. */
export function fieldOf(lines: readonly string[], name: string): string | undefined {
  return fieldsOf(lines, name)[0];
}

export function fieldsOf(lines: readonly string[], name: string): string[] {
  const start = `${name.toLowerCase()}:`;
  return lines
    .filter((line) => line.toLowerCase().startsWith(start))
    .map((line) => line.slice(start.length).trim());
}

/** Sends a request and reads one answer; `closed` is what the connection should do then, undefined where that does not matter. */
export async function sendVector(
  port: number,
  id: string,
  request: VectorRequest,
  closed?: boolean,
): Promise<VectorResult> {
  const socket = connect(port, "127.0.0.1");
  let bytes = Buffer.alloc(0);
  let ended = false;
  let wake: () => void = () => undefined;
  socket.on("data", (chunk: Buffer) => ((bytes = Buffer.concat([bytes, chunk])), wake()));
  for (const event of ["end", "error", "close"]) socket.on(event, () => ((ended = true), wake()));
  write(socket, id, request);
  const message = (): Message | undefined => readMessage(bytes, request.method ?? "GET", ended);
  let found = message();
  while (!found) {
    await new Promise<void>((resolve) => (wake = resolve));
    found = message();
  }
  if (closed !== undefined && !ended) {
    const limit = Date.now() + (closed ? 3000 : 60);
    while (!ended && Date.now() < limit) await pause(10);
  }
  const result = { ...found, closed: ended, extra: bytes.subarray(found.end) };
  socket.destroy();
  return result;
}

function write(socket: Socket, id: string, request: VectorRequest): void {
  const { method = "GET", url = "/", proto = "HTTP/1.1", headers = {}, body } = request;
  const lines = [`${method} ${url} ${proto}`];
  if (!Object.keys(headers).some((name) => name.toLowerCase() === "host")) lines.push(`Host: ${id}.example`);
  for (const [name, values] of Object.entries(headers)) {
    for (const value of values === null ? [] : [values].flat()) lines.push(`${name}: ${value}`);
  }
  if (body !== undefined) lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  socket.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  if (body !== undefined) socket.write(body);
  if (request.half_close) socket.end();
}

type Message = Omit<VectorResult, "closed" | "extra"> & { readonly end: number };

/** One message; undefined while more of it may come. */
function readMessage(bytes: Buffer, method: string, ended: boolean): Message | undefined {
  const at = bytes.indexOf("\r\n\r\n");
  if (at < 0) return ended ? { ...nothing, body: Buffer.alloc(0) } : undefined;
  const [first = "", ...lines] = bytes.toString("latin1", 0, at).split("\r\n");
  const [, status = "0", reason = ""] = /^HTTP\/1\.[01] (\d+) ?(.*)$/.exec(first) ?? [];
  const head = { status: Number(status), reason, lines };
  const start = at + 4;
  if (method === "HEAD" || head.status < 200 || [204, 304].includes(head.status))
    return { ...head, body: Buffer.alloc(0), framing: "none", truncated: false, end: start };
  const rest = bytes.subarray(start);
  if (fieldOf(lines, "transfer-encoding") !== undefined) {
    const { body, end } = chunks(rest);
    if (end === undefined && !ended) return undefined;
    return {
      ...head,
      body,
      framing: "chunked",
      truncated: end === undefined,
      end: start + (end ?? rest.length),
    };
  }
  const said = fieldOf(lines, "content-length");
  const length = said === undefined ? undefined : Number(said);
  if (!ended && (length === undefined || rest.length < length)) return undefined;
  const body = rest.subarray(0, length);
  const truncated = length !== undefined && body.length < length;
  return {
    ...head,
    body,
    framing: length === undefined ? "close" : "length",
    truncated,
    end: start + body.length,
  };
}

const nothing = { status: 0, reason: "", lines: [], framing: "none", truncated: true, end: 0 } as const;

function chunks(bytes: Buffer): { body: Buffer; end: number | undefined } {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const line = bytes.indexOf("\r\n", at);
    const size = line < 0 ? NaN : Number.parseInt(bytes.toString("latin1", at, line), 16);
    if (Number.isNaN(size)) return { body: Buffer.concat(pieces), end: undefined };
    const start = line + 2;
    pieces.push(bytes.subarray(start, start + size));
    at = start + size + 2;
    if (bytes.length < at) return { body: Buffer.concat(pieces), end: undefined };
    if (size === 0) return { body: Buffer.concat(pieces), end: at };
  }
}
