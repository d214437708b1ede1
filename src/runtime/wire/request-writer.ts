import type { BodySource } from "../body/body.js";
import type { FieldLines } from "../http/http-headers.js";

/** The request that a backend is sent. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  /** HTTP/1.1, unless VCL 4.0 says otherwise. */
  readonly proto?: string | undefined;
  readonly fields: FieldLines;
  /** Sent as Host where the fields have none. */
  readonly host: string;
  readonly body: BodySource | Uint8Array | undefined;
}

/** Bytes that would make one line two, or end it somewhere else for another reader. */
const controlByte = /[\x00-\x1f\x7f]/;

/** Whether method, URL and protocol can stand in a request's first line; VCL may set them to nearly anything. */
export function canBeSent({ method, url, proto = "HTTP/1.1" }: WireRequest): boolean {
  return !controlByte.test(method) && !controlByte.test(url) && !controlByte.test(proto);
}

/**
 * The head of a request as it goes over the wire (http1-and-transports 5.1): the fields in their order, Host where there is none, and what says how
 * long the body is. That is always what the body really is, whatever the fields say.
 */
export function requestHeadText(request: WireRequest): string {
  const { method, url, proto = "HTTP/1.1", fields, host } = request;
  const { lines, lowers } = fields;
  const { drop, add } = framingFields(request);
  let text = `${method} ${url} ${proto}\r\n`;
  for (let at = 0; at < lines.length; at++) {
    const lower = lowers[at] as string;
    if (lower === "transfer-encoding" || (drop && lower === "content-length")) continue;
    text += `${lines[at]}\r\n`;
  }
  if (!lowers.includes("host")) text += `Host: ${host}\r\n`;
  return `${text}${add}\r\n`;
}

/** Whether Content-Length is wrong, and what has to be added. */
function framingFields({ fields, body }: WireRequest): { readonly drop: boolean; readonly add: string } {
  const stated = statedLength(fields);
  const length = body?.length ?? (body ? undefined : 0);
  if (length === undefined) return { drop: true, add: "Transfer-Encoding: chunked\r\n" };
  if (stated === length) return { drop: false, add: "" };
  return { drop: stated !== undefined, add: length > 0 ? `Content-Length: ${length}\r\n` : "" };
}

/** What the one Content-Length says; NaN where there are several, or it is none. */
function statedLength({ lines, lowers }: FieldLines): number | undefined {
  const at = lowers.indexOf("content-length");
  if (at < 0) return undefined;
  if (lowers.includes("content-length", at + 1)) return Number.NaN;
  const value = (lines[at] as string).slice("content-length:".length).trim();
  return /^\d+$/.test(value) ? Number(value) : Number.NaN;
}
