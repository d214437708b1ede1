import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Exchange, RawHeader, ResponseBody, ResponseHead } from "../../runtime/index.js";

/** What every request of one listening socket shares. */
export interface ListenerFacts {
  /** As given with `-a`: `127.0.0.1:8080`. */
  readonly endpoint: string;
  /** The listening socket's name: `a0` … */
  readonly socket: string;
  /** True once the front is told to stop: connections close after their response. */
  readonly stopping: boolean;
  /** Milliseconds after which a client that takes nothing of its response is cut off (`idle_send_timeout`). */
  readonly idleSendTime: number;
}

/** One request of node:http as the runtime sees it. */
export class HttpExchange implements Exchange {
  readonly method: string;
  readonly url: string;
  readonly proto: string;
  readonly headers: readonly RawHeader[];
  readonly client: Exchange["client"];
  readonly local: Exchange["local"];
  readonly continue?: () => void;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #facts: ListenerFacts;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    facts: ListenerFacts,
    awaitsContinue: boolean,
  ) {
    const { socket } = request;
    this.#request = request;
    this.#response = response;
    this.#facts = facts;
    this.method = request.method ?? "";
    this.url = request.url ?? "";
    this.proto = request.httpVersionMinor === 0 ? "HTTP/1.0" : "HTTP/1.1";
    this.headers = pairs(request.rawHeaders);
    const ends = connectionEnds(socket, facts);
    this.client = ends.client;
    this.local = ends.local;
    if (awaitsContinue) this.continue = () => response.writeContinue();
  }

  get body(): AsyncIterable<Uint8Array> | undefined {
    if (!announcesBody(this.headers)) return undefined;
    const request = this.#request;
    // Giving a body up half-way must leave the connection alone: the response still goes out on it.
    return { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) };
  }

  get gone(): boolean {
    return this.#request.socket.destroyed;
  }

  respond(head: ResponseHead, body: ResponseBody): void | Promise<void> {
    const response = this.#response;
    if (response.destroyed) return undefined;
    const bodyless = this.method === "HEAD" || head.status === 204 || head.status === 304;
    const complete = body === undefined || Array.isArray(body);
    const chunks = complete ? ((body ?? []) as readonly Uint8Array[]) : undefined;
    response.sendDate = false;
    response.writeHead(head.status, head.reason, this.#fields(head, bodyless, bodyless ? undefined : chunks));
    if (bodyless || chunks) sendAtOnce(response, bodyless ? [] : (chunks ?? []));
    else return pump(response, body as AsyncIterable<Uint8Array>, this.#facts.idleSendTime);
    return bodyless && !complete ? giveUp(body as AsyncIterable<Uint8Array>) : undefined;
  }

  /** The fields as node:http takes them; framing and Connection are the connection's business and come from here. */
  #fields(head: ResponseHead, bodyless: boolean, chunks: readonly Uint8Array[] | undefined): string[] {
    const fields: string[] = [];
    let hasLength = false;
    for (const [name, value] of head.headers) {
      const lower =
        name.length === 10 || name.length === 14 || name.length === 17 ? name.toLowerCase() : name;
      if (lower === "connection" || lower === "transfer-encoding") continue;
      if (lower === "content-length") hasLength = true;
      fields.push(name, value);
    }
    if (chunks && !hasLength) fields.push("Content-Length", String(byteLength(chunks)));
    // Without length and without chunks (HTTP/1.0) only the end of the connection tells where the body ends.
    const endless = !chunks && !hasLength && !bodyless && this.proto === "HTTP/1.0";
    const close = head.close || endless || this.#facts.stopping || !this.#response.shouldKeepAlive;
    fields.push("Connection", close ? "close" : "keep-alive");
    return fields;
  }
}

type Ends = Pick<Exchange, "client" | "local">;

const ends = new WeakMap<Socket, Ends>();

/** Who is at either end of a connection: asked of the system once, not for every request on it. */
function connectionEnds(socket: Socket, facts: ListenerFacts): Ends {
  const known = ends.get(socket);
  if (known) return known;
  const found: Ends = {
    client: { address: socket.remoteAddress ?? "0.0.0.0", port: socket.remotePort ?? 0 },
    local: {
      address: socket.localAddress ?? "0.0.0.0",
      port: socket.localPort ?? 0,
      endpoint: facts.endpoint,
      socket: facts.socket,
    },
  };
  ends.set(socket, found);
  return found;
}

/** Read off the raw fields: node:http makes its object of headers only when asked, and a hit never asks. */
function announcesBody(headers: readonly RawHeader[]): boolean {
  return headers.some(([name, value]) => {
    if (name.length !== 14 && name.length !== 17) return false;
    const lower = name.toLowerCase();
    return lower === "transfer-encoding" || (lower === "content-length" && value !== "0");
  });
}

function pairs(raw: readonly string[]): RawHeader[] {
  const headers = new Array<RawHeader>(raw.length / 2);
  for (let i = 0, at = 0; i < raw.length; i += 2, at++)
    headers[at] = [raw[i] as string, raw[i + 1] as string];
  return headers;
}

function byteLength(chunks: readonly Uint8Array[]): number {
  let sum = 0;
  for (const chunk of chunks) sum += chunk.length;
  return sum;
}

/** Up to this many bytes a body goes out in one piece with the header, as text: one system call without a list of buffers. */
const smallBody = 16 * 1024;

function sendAtOnce(response: ServerResponse, chunks: readonly Uint8Array[]): void {
  const [only] = chunks;
  if (only && chunks.length === 1 && only.length <= smallBody) {
    const text = Buffer.from(only.buffer, only.byteOffset, only.byteLength).toString("latin1");
    const { socket } = response;
    // Corked by hand: end() with a body would make a list of it and of an empty string that ends it, for a system call that takes lists.
    socket?.cork();
    response.write(text, "latin1");
    socket?.uncork();
    response.end();
    return;
  }
  const last = chunks.length - 1;
  if (last > 0) response.cork();
  for (let i = 0; i < last; i++) response.write(chunks[i]);
  response.end(chunks[last]);
}

/** Sends a body as fast as the client takes it. A body that fails cuts the connection, so that the client can tell. */
async function pump(
  response: ServerResponse,
  body: AsyncIterable<Uint8Array>,
  idleSendTime: number,
): Promise<void> {
  try {
    for await (const chunk of body) {
      if (response.destroyed) return;
      if (!response.write(chunk)) await drained(response, idleSendTime);
    }
    response.end();
  } catch {
    response.destroy();
  }
}

/** Waits until the client has taken what was written; one that takes nothing for too long is cut off. */
function drained(response: ServerResponse, idleSendTime: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => response.destroy(), idleSendTime);
    const done = (): void => {
      clearTimeout(timer);
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}

async function giveUp(body: AsyncIterable<Uint8Array>): Promise<void> {
  await body[Symbol.asyncIterator]().return?.();
}
