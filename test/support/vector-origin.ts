import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { constants, createGzip, gzipSync } from "node:zlib";
import type { VectorResponse } from "./delivery-vectors.js";
import { fieldOf } from "./vector-client.js";
import { rawOrigin, type RawOrigin } from "./raw-http.js";

/** A request that the origin got. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly lines: readonly string[];
  readonly body: string;
}

/** The origin of delivery vectors: answers by path as the vector of the moment says, byte by byte. */
export class VectorOrigin {
  seen: SeenRequest[] = [];
  private paths: Readonly<Record<string, VectorResponse | readonly VectorResponse[]>> = {};
  private counts = new Map<string, number>();
  private origin!: RawOrigin;

  async start(): Promise<number> {
    this.origin = await rawOrigin((head, socket, body) => void this.answer(head, socket, body));
    return this.origin.port;
  }

  close(): Promise<void> {
    return this.origin.close();
  }

  serve(paths: Readonly<Record<string, VectorResponse | readonly VectorResponse[]>>): void {
    this.paths = paths;
    this.seen = [];
    this.counts = new Map();
  }

  private async answer(head: string, socket: Socket, body: string): Promise<void> {
    const [first = "", ...lines] = head.trimEnd().split("\r\n");
    const [method = "", url = ""] = first.split(" ");
    this.seen.push({ method, url, lines, body });
    const response = this.responseTo(url, lines);
    await pause((response.delay ?? 0) * 1000);
    const parts = await partsOf(response);
    const bytes = bytesOf(response);
    socket.write(headOf(response, parts !== undefined, bytes.length), "latin1");
    if (method === "HEAD" || [204, 304].includes(response.status ?? 200)) return;
    const whole = parts
      ? await sendChunks(socket, parts, response)
      : await sendBytes(socket, bytes, response);
    if (!whole) socket.end();
  }

  private responseTo(url: string, lines: readonly string[]): VectorResponse {
    const found = this.paths[url];
    const count = this.counts.get(url) ?? 0;
    this.counts.set(url, count + 1);
    const list = found === undefined ? [{ status: 404, body: `no ${url}` }] : [found].flat();
    const response = list[Math.min(count, list.length - 1)] as VectorResponse;
    const condition = response.if_none_match;
    const matches = condition && fieldOf(lines, "if-none-match") === condition.etag;
    return matches ? { status: 304, headers: condition.headers ?? {}, nolen: true } : response;
  }
}

async function sendChunks(socket: Socket, parts: readonly Buffer[], { cut, gap = 0 }: VectorResponse) {
  for (const [index, part] of parts.entries()) {
    if (index > 0) await pause(gap * 1000);
    if (cut !== undefined && index >= cut) return false;
    socket.write(Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n")]));
  }
  await pause(gap * 1000);
  socket.write("0\r\n\r\n");
  return true;
}

async function sendBytes(socket: Socket, bytes: Buffer, { cut, gap = 0, close }: VectorResponse) {
  const half = cut ?? (gap > 0 ? bytes.length >> 1 : bytes.length);
  socket.write(bytes.subarray(0, half));
  await pause(gap * 1000);
  if (cut !== undefined) return false;
  socket.write(bytes.subarray(half));
  return !close;
}

const reasons: Readonly<Record<number, string>> = {
  200: "OK",
  206: "Partial Content",
  304: "Not Modified",
  404: "Not Found",
};

function headOf(response: VectorResponse, chunked: boolean, length: number): string {
  const { status = 200, headers = {} } = response;
  const lines = [`HTTP/1.1 ${status} ${response.reason ?? reasons[status] ?? "Status"}`];
  const lowers = Object.keys(headers).map((name) => name.toLowerCase());
  for (const [name, values] of Object.entries(headers)) {
    for (const value of [values].flat()) lines.push(`${name}: ${value}`);
  }
  const isGzip = response.body_gzip_of ?? response.gzip_chunks ?? response.gzip_repeat;
  if (isGzip !== undefined && !lowers.includes("content-encoding")) lines.push("Content-Encoding: gzip");
  if (chunked) lines.push("Transfer-Encoding: chunked");
  else if (response.close) lines.push("Connection: close");
  else if (response.length !== undefined) lines.push(`Content-Length: ${response.length}`);
  else if (!response.nolen && !lowers.includes("content-length")) lines.push(`Content-Length: ${length}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** The chunks of a body; undefined where it does not come in chunks. */
async function partsOf({ chunks, gzip_chunks: packed }: VectorResponse): Promise<Buffer[] | undefined> {
  return packed ? packedPieces(packed) : chunks?.map((text) => Buffer.from(text));
}

/** The whole body of a response. */
export function bytesOf(response: VectorResponse): Buffer {
  const { body_repeat: repeated, gzip_repeat: packed, body_gzip_of: gzipOf, body_b64: base64 } = response;
  if (base64 !== undefined) return corrupted(Buffer.from(base64, "base64"), response.corrupt);
  const text = repeated?.[0].repeat(repeated[1]) ?? gzipOf ?? packed?.[0].repeat(packed[1]) ?? response.body;
  const isGzip = gzipOf !== undefined || packed !== undefined;
  const bytes = isGzip ? gzipSync(text ?? "") : Buffer.from(text ?? "");
  return corrupted(bytes, response.corrupt);
}

/** One gzip member, flushed at each text. */
async function packedPieces(texts: readonly string[]): Promise<Buffer[]> {
  const gzip = createGzip();
  const pieces: Buffer[] = [];
  for (const text of texts.slice(0, -1)) {
    gzip.write(text);
    await new Promise<void>((resolve) => gzip.flush(constants.Z_SYNC_FLUSH, resolve));
    pieces.push(gzip.read() as Buffer);
  }
  gzip.end(texts.at(-1));
  pieces.push(Buffer.concat(await gzip.toArray()));
  return pieces;
}

function corrupted(bytes: Buffer, how: VectorResponse["corrupt"]): Buffer {
  const copy = Buffer.from(bytes);
  if (how === "tail") copy[copy.length - 5]! ^= 0xff;
  if (how === "head") copy[1] = 0x8c;
  if (how === "junk") return Buffer.concat([copy, Buffer.from("x")]);
  return how === "trunc" ? copy.subarray(0, -4) : copy;
}
