import type { RawHeader } from "../../runtime/backend/transport.js";
import type { Core } from "../../runtime/core.js";
import type { Exchange } from "../../runtime/exchange.js";
import { runClientTask } from "../../runtime/fsm/run-client-task.js";
import { HttpHeaders } from "../../runtime/http/http-headers.js";
import { latin1Bytes, latin1Text } from "../../runtime/values/blob.js";
import { CloseDecoder, type BodyDecoder } from "../../runtime/wire/body-decoder.js";
import type { StreamReceiver } from "../../runtime/wire/byte-stream.js";
import { endOfHead } from "../../runtime/wire/find-head.js";
import { Front } from "../../runtime/wire/front.js";
import { Input } from "../../runtime/wire/input.js";
import { readResponseHead, responseBody, type ResponseHead } from "../../runtime/wire/response-head.js";
import type { ServerCore } from "../../runtime/wire/server-connection.js";
import { MemoryStream } from "./memory-stream.js";

/** A request to be run in memory; what is left out is `GET / HTTP/1.1` with a Host. */
export interface MemoryRequest {
  readonly method?: string;
  readonly url?: string;
  readonly proto?: string;
  readonly headers?: Readonly<Record<string, string>> | readonly RawHeader[];
  readonly body?: string | AsyncIterable<Uint8Array>;
  readonly client?: { readonly address: string; readonly port: number };
}

/** The response to one. */
export interface MemoryResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly RawHeader[];
  /** Bytes, one per code unit. */
  readonly body: string;
  /** Whether the connection ended with it. */
  readonly close: boolean;
  /** Why the body broke off; undefined when it is whole. */
  readonly broken: string | undefined;
  /** First value of a field, by its name in lower case. */
  header(name: string): string | undefined;
}

const noLimits = { length: Infinity, count: Infinity };
const server = { address: "127.0.0.1", port: 80 };

/** A client with a connection of its own and one request: it sends bytes and reads the answer off what comes. */
export class MemoryClient implements StreamReceiver {
  readonly stream: MemoryStream;
  /** How many times `100 Continue` came. */
  continues = 0;
  head: ResponseHead | undefined;
  /** Resolves when the response is whole, or the connection has ended. */
  readonly done: Promise<void>;
  private readonly method: string;
  private readonly input = new Input();
  private readonly chunks: Uint8Array[] = [];
  private decoder: BodyDecoder | undefined;
  private broken: string | undefined;
  private ends = false;
  private isOver = false;
  private finish: () => void = () => undefined;

  constructor(core: Core, request: MemoryRequest = {}) {
    const [mine, theirs] = MemoryStream.pair(
      request.client ?? { address: "192.0.2.1", port: 40_000 },
      server,
    );
    this.stream = mine;
    this.method = request.method ?? "GET";
    this.done = new Promise((resolve) => (this.finish = resolve));
    mine.receiver = this;
    new Front(serverCore(core), { name: "a0", endpoint: "127.0.0.1:80" }).accept(theirs);
    this.send(request);
  }

  /** The client goes away. */
  leave(): void {
    this.stream.destroy({ errno: 104, text: "Connection reset by peer" });
    this.over();
  }

  data(chunk: Uint8Array): void {
    this.input.append(chunk);
    if (!this.decoder && !this.readHead()) return;
    const { decoder } = this;
    for (let piece = decoder?.next(this.input); piece; piece = decoder?.next(this.input))
      this.chunks.push(piece);
    if (decoder?.done) this.over();
  }

  drained(): void {
    return undefined;
  }

  ended(): void {
    this.closed();
  }

  closed(): void {
    // What comes of the client's own end says nothing about the response.
    this.ends ||= !this.isOver;
    if (this.decoder?.cut(false) !== undefined) this.broken ??= "the connection ended before the body";
    this.over();
  }

  /** The response so far; fails where there is none. */
  get response(): MemoryResponse {
    const { head, broken } = this;
    if (!head) throw new Error("no response yet");
    const fields = HttpHeaders.from(head);
    const body = this.chunks.map(latin1Text).join("");
    const close = fields.get("connection") === "close" || this.ends;
    const header = (name: string): string | undefined => fields.get(name);
    return { status: head.status, reason: head.reason, headers: fields.toRaw(), close, body, broken, header };
  }

  private readHead(): boolean {
    const { input } = this;
    const end = endOfHead(input.bytes, input.at);
    if (end < 0) return false;
    const head = readResponseHead(latin1Text(input.bytes.subarray(input.at, end)), noLimits);
    if ("garbage" in head) throw new Error(`no response: ${head.garbage}`);
    input.at = end;
    if (head.status === 100) {
      this.continues++;
      return this.readHead();
    }
    this.head = head;
    // A proxy may say keep-alive to HTTP/1.0 and end the body with the connection all the same: Varnish does.
    const body = responseBody(withoutConnection(head), this.method);
    if (body === "none") this.over();
    // A bare answer, or one whose end is that of the connection.
    else this.decoder = body === "bad" ? new CloseDecoder() : body;
    return this.decoder !== undefined;
  }

  private over(): void {
    this.isOver = true;
    this.stream.end();
    this.finish();
  }

  private send(request: MemoryRequest): void {
    const { body, url = "/", proto = "HTTP/1.1" } = request;
    const fields = fieldsOf(request).map(([name, value]) => `${name}: ${value}\r\n`);
    this.stream.write(`${this.method} ${url} ${proto}\r\n${fields.join("")}\r\n`);
    if (typeof body === "string") this.stream.write(body);
    else if (body) void this.sendChunks(body);
  }

  private async sendChunks(body: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of body) {
        this.stream.write(`${chunk.length.toString(16)}\r\n`, [chunk, latin1Bytes("\r\n")]);
      }
      this.stream.write("0\r\n\r\n");
    } catch {
      this.leave();
    }
  }
}

/** Runs one request through an instance and answers with what the client gets. */
export async function request(core: Core, wanted: MemoryRequest = {}): Promise<MemoryResponse> {
  const client = new MemoryClient(core, wanted);
  await client.done;
  return client.response;
}

function serverCore(core: Core): ServerCore {
  return {
    host: core.host,
    params: core.params,
    deadlines: core.deadlines,
    nextXid: () => core.nextXid(),
    count: (counter, by) => core.count(counter, by),
    handle: (exchange: Exchange) => runClientTask(core, exchange),
  };
}

function withoutConnection(head: ResponseHead): ResponseHead {
  const others = (_: string, index: number): boolean => head.lowers[index] !== "connection";
  return { ...head, lines: head.lines.filter(others), lowers: head.lowers.filter(others) };
}

function fieldsOf({ headers = {}, body }: MemoryRequest): readonly RawHeader[] {
  const given: readonly RawHeader[] = Array.isArray(headers)
    ? (headers as readonly RawHeader[])
    : Object.entries(headers as Readonly<Record<string, string>>);
  const fields = [...given];
  const has = (wanted: string): boolean => fields.some(([name]) => name.toLowerCase() === wanted);
  if (!Array.isArray(headers) && !has("host")) fields.unshift(["Host", "example.com"]);
  if (typeof body === "string" && !has("content-length") && !has("transfer-encoding"))
    fields.push(["Content-Length", String(body.length)]);
  else if (body && typeof body !== "string") fields.push(["Transfer-Encoding", "chunked"]);
  return fields;
}
