import {
  FetchFailure,
  type BackendRequest,
  type BackendResponse,
  type RawHeader,
} from "../../runtime/backend/transport.js";
import { latin1Bytes } from "../../runtime/values/blob.js";
import type { VirtualClock } from "./clock.js";

/** A response of an in-memory origin; what is left out is a plain 200. Times in seconds. */
export interface OriginResponse {
  readonly status?: number;
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>> | readonly RawHeader[];
  /** Text is bytes, one per code unit. Chunks are sent one by one. */
  readonly body?: string | AsyncIterable<Uint8Array> | Iterable<string>;
  /** Before the headers. */
  readonly latency?: number;
  /** The connection fails with this text, before anything is answered. */
  readonly failure?: string;
  /** The connection breaks with this text, after the body. */
  readonly breaks?: string;
}

/** What a request looked like when the origin got it. */
export interface OriginRequest extends Omit<BackendRequest, "body"> {
  /** First value of a field, by its name in lower case. */
  header(name: string): string | undefined;
  /** Reads the body; text is bytes, one per code unit. */
  text(): Promise<string>;
}

/** An origin: a function from request to response. */
export type Origin = (request: OriginRequest) => OriginResponse | Promise<OriginResponse>;

/** Answers a backend request from an origin. */
export async function answer(
  origin: Origin,
  request: BackendRequest,
  clock: VirtualClock,
): Promise<BackendResponse> {
  const response = await origin(received(request));
  if (response.latency) await elapsed(response.latency, request, clock);
  if (request.signal?.aborted) throw new FetchFailure("aborted");
  if (response.failure !== undefined) throw new FetchFailure(response.failure);
  const headers = rawHeaders(response.headers ?? {});
  const status = response.status ?? 200;
  return {
    status,
    reason: response.reason ?? (status === 200 ? "OK" : ""),
    proto: "HTTP/1.1",
    headers: withLength(headers, response.body),
    body: bodyOf(response, request),
  };
}

function received(request: BackendRequest): OriginRequest {
  return {
    ...request,
    header: (name) => request.headers.find(([field]) => field.toLowerCase() === name)?.[1],
    text: () => textOf(request.body),
  };
}

function rawHeaders(headers: NonNullable<OriginResponse["headers"]>): readonly RawHeader[] {
  return Array.isArray(headers)
    ? (headers as readonly RawHeader[])
    : Object.entries(headers as Readonly<Record<string, string>>);
}

function withLength(headers: readonly RawHeader[], body: OriginResponse["body"]): readonly RawHeader[] {
  if (
    typeof body !== "string" ||
    headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name))
  )
    return headers;
  return [...headers, ["Content-Length", String(body.length)]];
}

async function elapsed(seconds: number, request: BackendRequest, clock: VirtualClock): Promise<void> {
  const limit = request.firstByteTimeout;
  const late = limit > 0 && seconds > limit;
  await new Promise<void>((resolve) => {
    clock.set(late ? limit : seconds, resolve);
    request.signal?.addEventListener("abort", () => resolve(), { once: true });
  });
  if (late) throw new FetchFailure("first byte timeout");
}

function bodyOf(response: OriginResponse, request: BackendRequest): AsyncIterable<Uint8Array> | undefined {
  const { body, breaks } = response;
  if (body === undefined || body === "" || request.method === "HEAD")
    return breaks ? broken(breaks) : undefined;
  return chunksOf(body, breaks, request.signal);
}

async function* broken(why: string): AsyncGenerator<Uint8Array> {
  yield new Uint8Array();
  throw new FetchFailure(why);
}

async function* chunksOf(
  body: NonNullable<OriginResponse["body"]>,
  breaks: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const source = typeof body === "string" ? [body] : body;
  const chunks = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const aborted = new Promise<undefined>((resolve) => {
    signal?.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  try {
    for (;;) {
      const next = await Promise.race([chunks.next(), aborted]);
      if (!next || signal?.aborted) throw new FetchFailure("aborted");
      if (next.done) break;
      yield typeof next.value === "string" ? latin1Bytes(next.value) : next.value;
    }
  } finally {
    void chunks.return?.();
  }
  if (breaks !== undefined) throw new FetchFailure(breaks);
}

/** A body read to its end; text is bytes, one per code unit. */
export async function textOf(body: BackendRequest["body"] | readonly Uint8Array[]): Promise<string> {
  if (body === undefined) return "";
  let text = "";
  for await (const chunk of body instanceof Uint8Array ? [body] : body) text += String.fromCharCode(...chunk);
  return text;
}
