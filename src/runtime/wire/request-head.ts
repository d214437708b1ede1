import type { FieldLines } from "../http/http-headers.js";
import type { BodyDecoder } from "./body-decoder.js";
import { readFields, type FieldLimits } from "./fields.js";
import { fieldValue, statedFraming } from "./framing.js";

/** The head of a request as it came, absolute URIs resolved. Texts are bytes, one per code unit. */
export interface RequestHead extends FieldLines {
  readonly method: string;
  readonly url: string;
  /** `HTTP/1.1`, in the client's letters. */
  readonly proto: string;
}

/** A head that is refused: what the BogoHeader record says, where a field is at fault, and the part that HttpGarbage shows. */
export interface BadHead {
  readonly bogus: string | undefined;
  readonly garbage: string;
}

/** Method, blank or tab, blanks, URL, blanks, version (http1-and-transports 1.2). */
const requestLine = /^([^\x00-\x20\x7f]+)[ \t] *([^\x00-\x20\x7f]+) +(HTTP\/1\.[01])$/i;

/** The authority is all up to the first slash, whatever is in it. */
const absoluteUri = /^(https?):\/\/([^/]*)(\/.*)$/is;

/** Reads the head of a request, from its first byte to the empty line at its end. `https`: `https://` URLs are absolute, too. */
export function readRequestHead(text: string, limits: FieldLimits, https: boolean): RequestHead | BadHead {
  const lf = text.indexOf("\n");
  const line = text.slice(0, text.charCodeAt(lf - 1) === 13 ? lf - 1 : lf);
  const match = requestLine.exec(line);
  if (!match) return { bogus: undefined, garbage: garbageOf(text) };
  const fields = { lines: [], lowers: [] };
  const bogus = readFields(text, lf + 1, limits, fields);
  if (bogus !== undefined) return { bogus, garbage: garbageOf(text) };
  const head = { method: match[1] as string, url: match[2] as string, proto: match[3] as string, ...fields };
  return head.url.charCodeAt(0) === 0x2f ? head : withoutAuthority(head, https);
}

/** What HttpGarbage shows: the first word, once its end is known; else all up to a NUL. */
export function garbageOf(text: string): string {
  return /^[^\x00-\x20\x7f]+(?=[ \t])|^[^\0]*/.exec(text)?.[0] ?? "";
}

/** `http://HOST/PATH`: the host is the only Host then, and stands last; the path is the URL (http1-and-transports 1.2). */
function withoutAuthority(head: RequestHead, https: boolean): RequestHead {
  const match = absoluteUri.exec(head.url);
  if (!match || ((match[1] as string).length === 5 && !https)) return head;
  const kept = head.lowers.map((lower) => lower !== "host");
  return {
    method: head.method,
    url: match[3] as string,
    proto: head.proto,
    lines: [...head.lines.filter((_, index) => kept[index]), `Host: ${match[2]}`],
    lowers: [...head.lowers.filter((_, index) => kept[index]), "host"],
  };
}

/** Whether a request has a body, and how it is framed; `bad`: it cannot be told for sure, and the request is refused (http1-and-transports 1.5). */
export function requestBody(head: RequestHead): BodyDecoder | "none" | "bad" {
  const stated = statedFraming(head);
  if (stated !== "unstated") return head.method === "HEAD" && typeof stated === "object" ? "bad" : stated;
  const { method } = head;
  if (!isHttp10(head) || (method !== "POST" && method !== "PUT")) return "none";
  return fieldValue(head, "connection")?.toLowerCase() === "keep-alive" ? "none" : "bad";
}

export function isHttp10({ proto }: RequestHead): boolean {
  return proto.charCodeAt(7) === 0x30;
}
