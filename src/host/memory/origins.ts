import type { RawHeader } from "../../runtime/backend/transport.js";

/** A response of an in-memory origin; what is left out is a plain 200. Times in seconds. */
export interface OriginResponse {
  readonly status?: number;
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>> | readonly RawHeader[];
  /** Text is bytes, one per code unit, and sent with its length. Chunks are sent one by one, in the chunked coding. */
  readonly body?: string | AsyncIterable<Uint8Array> | Iterable<string>;
  /** Before the headers. */
  readonly latency?: number;
  /** The connection is reset within the head, for this reason. */
  readonly failure?: string;
  /** The connection is reset with this text after the body, whose end has not been told. */
  readonly breaks?: string;
}

/** What a request looked like when the origin got it. */
export interface OriginRequest {
  /** Where the connection went. */
  readonly endpoint: { readonly address?: string; readonly port?: number; readonly path?: string };
  readonly method: string;
  readonly url: string;
  readonly headers: readonly RawHeader[];
  /** First value of a field, by its name in lower case. */
  header(name: string): string | undefined;
  /** Reads the body; text is bytes, one per code unit. Rejects where it breaks off. */
  text(): Promise<string>;
}

/** An origin: a function from request to response. */
export type Origin = (request: OriginRequest) => OriginResponse | Promise<OriginResponse>;

/** A response's head as it goes over the wire, and how its body is sent. */
export interface OriginHead {
  readonly text: string;
  readonly chunked: boolean;
}

/** The head of a response. Its length is told where it is known and the connection lasts to its end. */
export function headOf(response: OriginResponse, method: string): OriginHead {
  const { status = 200, body = "", breaks } = response;
  const fields = rawHeaders(response.headers ?? {});
  const has = (name: string): boolean => fields.some(([field]) => field.toLowerCase() === name);
  const bodiless = status < 200 || status === 204 || status === 304;
  const stated = has("content-length") || has("transfer-encoding");
  const all = [...fields];
  const unstated = !stated && !bodiless && breaks === undefined;
  if (unstated && typeof body === "string" && (method !== "HEAD" || body !== "")) {
    all.push(["Content-Length", String(body.length)]);
  } else if (unstated && typeof body !== "string") all.push(["Transfer-Encoding", "chunked"]);
  const reason = response.reason ?? (status === 200 ? "OK" : "");
  const lines = all.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const chunked = all.some(([name]) => name.toLowerCase() === "transfer-encoding");
  return { text: `HTTP/1.1 ${status} ${reason}\r\n${lines}\r\n`, chunked };
}

function rawHeaders(headers: NonNullable<OriginResponse["headers"]>): readonly RawHeader[] {
  return Array.isArray(headers)
    ? (headers as readonly RawHeader[])
    : Object.entries(headers as Readonly<Record<string, string>>);
}
