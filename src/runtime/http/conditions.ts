import { parseDate } from "../values/index.js";
import type { HeaderList } from "./header-list.js";

/** The headers that conditions are about. */
type Fields = Pick<HeaderList, "get">;

/** What a response says of its version. */
export interface ConditionFacts {
  /** The request as VCL left it, and when it came (seconds since the epoch). */
  readonly request: Fields;
  readonly requestTime: number;
  /** The response as vcl_deliver left it. */
  readonly response: Fields;
  /** When the object was made (receipt minus Age, in seconds since the epoch): stands in for a missing Last-Modified. */
  readonly created: number;
}

/**
 * Whether the client has this 200 already, so that it gets a 304. If-None-Match wins over If-Modified-Since. As in Varnish, If-None-Match is one entity
 * tag, not a list, and `*` is nothing special.
 */
export function isNotModified({ request, requestTime, response, created }: ConditionFacts): boolean {
  const tag = request.get("if-none-match");
  if (tag !== undefined) return tagMatches(tag, response.get("etag"), request.get("range") !== undefined);
  const condition = request.get("if-modified-since");
  if (condition === undefined) return false;
  const since = parseDate(condition);
  if (since === undefined || since > requestTime) return false;
  const lastModified = response.get("last-modified");
  const modified = lastModified === undefined ? created : parseDate(lastModified);
  return modified !== undefined && modified <= since;
}

/** With a range both must be the same strong tag: parts of two versions must not be put together (RFC 9110 section 8.8.3.2). */
function tagMatches(asked: string, etag: string | undefined, hasRange: boolean): boolean {
  if (etag === undefined) return false;
  if (hasRange) return asked === etag && !isWeak(etag);
  return withoutMark(asked) === withoutMark(etag);
}

const isWeak = (tag: string): boolean => tag.startsWith("W/");
const withoutMark = (tag: string): string => (isWeak(tag) ? tag.slice(2) : tag);

/** How much later than Date a Last-Modified may be, in seconds. */
const clockTolerance = 60;

/**
 * Whether If-Range lets a range be cut out: the client's part is of this version. An entity tag must be the response's own and strong; a date must
 * be its Last-Modified, which then may not be much later than its Date.
 */
export function ifRangeAllows(condition: string | undefined, response: Fields): boolean {
  if (condition === undefined) return true;
  if (isWeak(condition)) return false;
  // A tag that equals one in quotes is not weak.
  if (condition.startsWith('"')) return condition === response.get("etag");
  const asked = parseDate(condition);
  const modified = parseDate(response.get("last-modified") ?? "");
  const date = parseDate(response.get("date") ?? "");
  if (asked === undefined || modified === undefined || date === undefined) return false;
  return asked === modified && modified <= date + clockTolerance;
}
