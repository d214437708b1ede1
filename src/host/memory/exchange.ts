import type { RawHeader } from "../../runtime/backend/transport.js";
import type { Exchange, ResponseBody, ResponseHead } from "../../runtime/exchange.js";
import { latin1Bytes, latin1Text } from "../../runtime/values/blob.js";

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
  readonly close: boolean;
  /** Why the body broke off; undefined when it is whole. */
  readonly broken: string | undefined;
  /** First value of a field, by its name in lower case. */
  header(name: string): string | undefined;
}

/** An exchange that keeps its response. */
export class MemoryExchange implements Exchange {
  readonly method: string;
  readonly url: string;
  readonly proto: string;
  readonly headers: readonly RawHeader[];
  readonly client: { readonly address: string; readonly port: number };
  readonly local = { address: "127.0.0.1", port: 80, endpoint: "127.0.0.1:80", socket: "a0" };
  readonly body: AsyncIterable<Uint8Array> | undefined;
  /** Set it to make the client go away. */
  gone = false;
  /** How many times `100 Continue` was sent. */
  continues = 0;
  head: ResponseHead | undefined;
  private readonly chunks: Uint8Array[] = [];
  private broken: string | undefined;

  constructor(request: MemoryRequest = {}) {
    this.method = request.method ?? "GET";
    this.url = request.url ?? "/";
    this.proto = request.proto ?? "HTTP/1.1";
    this.headers = headersOf(request);
    this.client = request.client ?? { address: "192.0.2.1", port: 40000 };
    this.body = typeof request.body === "string" ? once(request.body) : request.body;
  }

  continue(): void {
    this.continues++;
  }

  respond(head: ResponseHead, body: ResponseBody): void | Promise<void> {
    this.head = head;
    if (body === undefined) return;
    if (!Array.isArray(body)) return this.pull(body as AsyncIterable<Uint8Array>);
    this.chunks.push(...(body as readonly Uint8Array[]));
  }

  private async pull(body: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of body) {
        if (this.gone) return;
        this.chunks.push(chunk);
      }
    } catch (error) {
      this.broken = error instanceof Error ? error.message : String(error);
    }
  }

  /** The response so far; fails where there is none. */
  get response(): MemoryResponse {
    const { head, broken } = this;
    if (!head) throw new Error("no response yet");
    const { status, reason, headers, close } = head;
    const body = this.chunks.map(latin1Text).join("");
    const header = (name: string): string | undefined =>
      headers.find(([field]) => field.toLowerCase() === name)?.[1];
    return { status, reason, headers, close, body, broken, header };
  }
}

function headersOf({ headers = {}, body }: MemoryRequest): readonly RawHeader[] {
  if (Array.isArray(headers)) return headers as readonly RawHeader[];
  const fields: RawHeader[] = Object.entries(headers as Readonly<Record<string, string>>);
  const has = (wanted: string): boolean => fields.some(([name]) => name.toLowerCase() === wanted);
  if (!has("host")) fields.unshift(["Host", "example.com"]);
  if (typeof body === "string" && !has("content-length"))
    fields.push(["Content-Length", String(body.length)]);
  return fields;
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield latin1Bytes(text);
}
