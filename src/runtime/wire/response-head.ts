import type { FieldLines } from "../http/http-headers.js";
import { CloseDecoder, type BodyDecoder } from "./body-decoder.js";
import { readFields, type FieldLimits } from "./fields.js";
import { fieldValue, statedFraming } from "./framing.js";
import { garbageOf, type BadHead } from "./request-head.js";

/** The head of a response as it came. */
export interface ResponseHead extends FieldLines {
  readonly proto: string;
  readonly status: number;
  /** As the other side wrote it; "" where it wrote none. */
  readonly reason: string;
}

/** The version may be any from 1.0 on (http1-and-transports 5.2). */
const statusLine = /^(HTTP\/[1-9]\.\d)[ \t] *([1-9]\d\d)(?: *| +(?![ \t])([^\x00-\x08\x0a-\x1f\x7f]*))$/i;

export function readResponseHead(text: string, limits: FieldLimits): ResponseHead | BadHead {
  const lf = text.indexOf("\n");
  const line = text.slice(0, text.charCodeAt(lf - 1) === 13 ? lf - 1 : lf);
  const match = statusLine.exec(line);
  if (!match) return { bogus: undefined, garbage: garbageOf(text) };
  const fields = { lines: [], lowers: [] };
  const bogus = readFields(text, lf + 1, limits, fields);
  if (bogus !== undefined) return { bogus, garbage: garbageOf(text) };
  return { proto: match[1] as string, status: Number(match[2]), reason: match[3] ?? "", ...fields };
}

/** How the body of a response is framed; `bad`: it cannot be fetched (http1-and-transports 5.3). */
export function responseBody(head: ResponseHead, method: string): BodyDecoder | "none" | "bad" {
  if (method === "HEAD") return "none";
  const { status } = head;
  if (status < 200) return "bad";
  if (status === 304) return "none";
  const stated = statedFraming(head);
  if (status === 204) return stated === "unstated" || stated === "none" ? "none" : "bad";
  if (stated !== "unstated") return stated;
  return fieldValue(head, "connection")?.toLowerCase() === "keep-alive" ? "none" : new CloseDecoder();
}
