/** What a Range header asks for. Positions of bytes from 0, the last one included. */
export type RangeRequest =
  | { readonly first: number; readonly last: number | undefined }
  /** The last so many bytes. */
  | { readonly suffix: number };

/** A Range header cannot be followed; `reason` in Varnish's words. */
export interface RangeProblem {
  readonly reason: string;
}

/** Beyond what an offset of Varnish's can be. */
const offsetLimit = 2 ** 63;

/** Reads `bytes=2-4`, `bytes=2-` or `bytes=-3`. Anything else, also other units and lists, is a problem, as in Varnish. */
export function parseRange(value: string): RangeRequest | RangeProblem {
  const specification = afterUnit(value);
  return typeof specification === "string" ? parseSpecification(specification) : specification;
}

/** Reads a Range header of up to `limit` ranges, for answers as multipart/byteranges. */
export function parseRanges(value: string, limit: number): readonly RangeRequest[] | RangeProblem {
  const list = afterUnit(value);
  if (typeof list !== "string") return list;
  const specifications = list.split(",");
  if (specifications.length > limit) return { reason: "Too many ranges" };
  const ranges: RangeRequest[] = [];
  for (const specification of specifications) {
    const range = parseSpecification(specification.replace(/^[ \t]+/, ""));
    if ("reason" in range) return range;
    ranges.push(range);
  }
  return ranges;
}

function afterUnit(value: string): string | RangeProblem {
  const equals = value.indexOf("=");
  if (equals < 0) return { reason: "Missing '='" };
  if (value.slice(0, equals).toLowerCase() !== "bytes") return { reason: "Not Bytes" };
  return value.slice(equals + 1);
}

function parseSpecification(text: string): RangeRequest | RangeProblem {
  const [, low = "", rest = ""] = /^(\d*)(.*)$/s.exec(text) ?? [];
  if (Number(low) >= offsetLimit) return { reason: "Low number too big" };
  if (!rest.startsWith("-")) return { reason: "Missing hyphen" };
  const [, high = "", trailing = ""] = /^-(\d*)(.*)$/s.exec(rest) ?? [];
  if (Number(high) >= offsetLimit) return { reason: "High number too big" };
  if (low === "" && high === "") return { reason: "Neither high nor low" };
  if (low === "" && Number(high) === 0) return { reason: "No low, high is zero" };
  if (low !== "" && high !== "" && Number(high) < Number(low)) return { reason: "high smaller than low" };
  if (/[^ \t]/.test(trailing)) return { reason: "Trailing stuff" };
  if (low === "") return { suffix: Number(high) };
  return { first: Number(low), last: high === "" ? undefined : Number(high) };
}

/** Bytes of a body, from `first` to `last`, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The bytes that a range is of a body of that length, undefined where it is not known before the end. "whole": the range does not apply, the body
 * goes as it is. A range that begins behind the end is a problem.
 */
export function rangeOf(range: RangeRequest, length: number | undefined): ByteRange | "whole" | RangeProblem {
  if (length === 0) return "whole";
  if ("suffix" in range) {
    if (length === undefined) return "whole";
    return { first: Math.max(0, length - range.suffix), last: length - 1 };
  }
  const { first, last } = range;
  if (length === undefined) return last === undefined ? "whole" : { first, last };
  if (first >= length) return { reason: "low range beyond object" };
  return { first, last: Math.min(last ?? length - 1, length - 1) };
}

/** Content-Range of a part; a length that is not known is `*`. */
export function contentRange({ first, last }: ByteRange, length: number | undefined): string {
  return `bytes ${first}-${last}/${length ?? "*"}`;
}

/** Content-Range of a 416; undefined where the length is not known. */
export function unsatisfiedRange(length: number | undefined): string | undefined {
  return length === undefined ? undefined : `bytes */${length}`;
}

/** Sorted, and those that touch or overlap put together: a body is read once, from its beginning. */
export function mergedRanges(ranges: readonly ByteRange[]): ByteRange[] {
  const merged: ByteRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = merged.at(-1);
    if (before && range.first <= before.last + 1) {
      merged[merged.length - 1] = { first: before.first, last: Math.max(before.last, range.last) };
    } else merged.push(range);
  }
  return merged;
}
