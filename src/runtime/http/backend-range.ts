import { parseRange, type RangeRequest } from "./range.js";

/** What a backend says about ranges, and what it was asked. */
export interface BackendRange {
  /** `bereq.http.Range` */
  readonly asked: string | undefined;
  readonly status: number;
  readonly contentRange: string | undefined;
  /** Content-Length; undefined where the backend says none, NaN where it is no number. */
  readonly length: number | undefined;
}

/** Content-Range as read: the part, and the whole where it is known; of `*`/N only that. */
interface ContentRange {
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly total: number | undefined;
}

/**
 * Why a response cannot be used, in Varnish's words for its Error record; undefined: it fits what was asked. Checked after vcl_backend_response, with what
 * VCL left. Where Varnish refuses an answer that is right, to a suffix range or with an unknown total, it is taken here.
 */
export function backendRangeProblem({
  asked,
  status,
  contentRange,
  length,
}: BackendRange): string | undefined {
  const range = asked === undefined ? undefined : parseRange(asked);
  if (range && "reason" in range) return `Invalid range header (${range.reason})`;
  if (Number.isNaN(length)) return "Invalid content-length header";
  if (contentRange === undefined) return undefined;
  const answer = parseContentRange(contentRange);
  if (answer === "other unit") return undefined;
  if (!answer) return "Invalid content-range header";
  if (!range) return "Unexpected content-range header";
  if (answer.first === undefined && status === 416) return undefined;
  return mismatch(range, answer, length);
}

function parseContentRange(value: string): ContentRange | "other unit" | undefined {
  const [unit = ""] = value.split(/[ \t]/, 1);
  if (unit.toLowerCase() !== "bytes") return "other unit";
  const match = /^[ \t]+(?:(\d+)-(\d+)|\*)\/(\d+|\*)[ \t]*$/.exec(value.slice(unit.length));
  if (!match) return undefined;
  const number = (text: string | undefined): number | undefined =>
    text === undefined || text === "*" ? undefined : Number(text);
  const [first, last, total] = [number(match[1]), number(match[2]), number(match[3])];
  if (first === undefined || last === undefined)
    return total === undefined ? undefined : { first, last, total };
  if (first > last || (total !== undefined && last >= total)) return undefined;
  return { first, last, total };
}

function mismatch(range: RangeRequest, answer: ContentRange, length: number | undefined): string | undefined {
  const { total } = answer;
  const first = answer.first ?? 0;
  const last = answer.last ?? (total ?? 1) - 1;
  const size = last - first + 1;
  if (length !== undefined && length !== size) return `Expected content length ${size}, got ${length}`;
  if ("suffix" in range) {
    if (total === undefined) return undefined;
    const asked = Math.max(0, total - range.suffix);
    return first === asked ? undefined : `Expected low range ${first}, got ${asked}`;
  }
  if (first !== range.first) return `Expected low range ${first}, got ${range.first}`;
  if (range.last !== undefined && last > range.last) {
    return `Expected minimum high range ${last}, got ${range.last}`;
  }
  return undefined;
}
