import type { Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import mime from "mime";
import { ifRangeAllows } from "../../runtime/http/conditions.js";
import { parseRange, rangeOf, contentRange, unsatisfiedRange } from "../../runtime/http/range.js";
import { HttpHeaders, reasonPhrase, splitList } from "../../runtime/http/index.js";
import {
  parseDate,
  timeToString,
  type BackendResponse,
  type HeaderList,
  type RawHeader,
} from "../../runtime/index.js";
import { FileBody } from "./file-body.js";

type Fields = Pick<HeaderList, "get">;

/** A request as far as an answer depends on it. */
export interface Asked {
  readonly method: string;
  readonly http: Fields;
}

/** An answer without a file: a line that says so, or where to go on. */
export function bareAnswer(
  { method }: Asked,
  status: number,
  headers: readonly RawHeader[] = [],
): BackendResponse {
  const reason = reasonPhrase(status);
  const text = new TextEncoder().encode(`${status} ${reason}\n`);
  const all: RawHeader[] = [
    ...headers,
    ["Content-Type", "text/plain; charset=utf-8"],
    ["Content-Length", String(text.length)],
  ];
  const common = { status, reason, proto: "HTTP/1.1", headers: all };
  return method === "HEAD"
    ? { ...common, body: undefined }
    : { ...common, framing: "length", body: once(text) };
}

/** The answer that is a file, or a part of it, or that the asker has it already. Takes the file over. `now` in seconds since the epoch. */
export async function fileAnswer(
  asked: Asked,
  now: number,
  name: string,
  file: FileHandle,
  stats: Stats,
): Promise<BackendResponse> {
  const { method, http } = asked;
  const headers = fileHeaders(now, name, stats);
  const fields = new HttpHeaders(headers);
  const condition = conditionStatus(http, fields);
  const part = condition === 200 ? partOf(http, fields, stats.size) : "whole";
  const status = part === "none" ? 416 : part === "whole" ? condition : 206;
  if (status === 412 || status === 416 || status === 304 || method === "HEAD") await file.close();
  if (status === 412) return bareAnswer(asked, status);
  if (part === "none") {
    return bareAnswer(asked, status, [["Content-Range", unsatisfiedRange(stats.size) ?? ""]]);
  }
  const common = { status, reason: reasonPhrase(status), proto: "HTTP/1.1" };
  if (status === 304) return { ...common, headers, body: undefined };
  const { first, last } = part === "whole" ? { first: 0, last: stats.size - 1 } : part;
  const all: RawHeader[] = [...headers, ["Content-Length", String(last + 1 - first)]];
  if (part !== "whole") all.push(["Content-Range", contentRange(part, stats.size)]);
  if (method === "HEAD") return { ...common, headers: all, body: undefined };
  return { ...common, headers: all, framing: "length", body: new FileBody(file, first, last + 1) };
}

function fileHeaders(now: number, name: string, { mtimeMs, mtime, size }: Stats): RawHeader[] {
  return [
    ["Date", timeToString(now)],
    ["Content-Type", contentType(name)],
    ["Last-Modified", timeToString(Math.floor(mtime.getTime() / 1000))],
    ["ETag", `"${Math.floor(mtimeMs).toString(16)}-${size.toString(16)}"`],
    ["Accept-Ranges", "bytes"],
  ];
}

function contentType(name: string): string {
  const type = mime.getType(name) ?? "application/octet-stream";
  return /^text\/|^application\/(?:javascript|json|xml)$|\+(?:json|xml)$/.test(type)
    ? `${type}; charset=utf-8`
    : type;
}

/** RFC 9110 section 13.2.2, as far as there is something to compare: 412, 304, or 200. */
function conditionStatus(asked: Fields, file: Fields): 200 | 304 | 412 {
  const tag = file.get("etag") as string;
  const modified = parseDate(file.get("last-modified") ?? "") as number;
  const date = (name: string): number | undefined => parseDate(asked.get(name) ?? "");
  const match = asked.get("if-match");
  if (match !== undefined && !lists(match, tag, false)) return 412;
  const unmodified = date("if-unmodified-since");
  if (match === undefined && unmodified !== undefined && modified > unmodified) return 412;
  const none = asked.get("if-none-match");
  if (none !== undefined) return lists(none, tag, true) ? 304 : 200;
  const since = date("if-modified-since");
  return since !== undefined && modified <= since ? 304 : 200;
}

function lists(value: string, tag: string, weakly: boolean): boolean {
  if (value.trim() === "*") return true;
  return splitList(value).some((one) => (weakly ? one.replace(/^W\//, "") : one) === tag);
}

/** One range is cut out; several are too much to ask of files, and all of it is the answer, as RFC 9110 allows. */
function partOf(
  asked: Fields,
  file: Fields,
  size: number,
): { readonly first: number; readonly last: number } | "whole" | "none" {
  const value = asked.get("range");
  if (value === undefined || value.includes(",") || !ifRangeAllows(asked.get("if-range"), file))
    return "whole";
  const range = parseRange(value);
  if ("reason" in range) return "whole";
  const part = rangeOf(range, size);
  return typeof part === "object" && "reason" in part ? "none" : part;
}

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}
