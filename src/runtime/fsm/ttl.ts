import { directive, parseDeltaSeconds, type HttpHeaders } from "../http/index.js";
import { hasFeature, type Parameters } from "../parameters.js";
import { parseDate } from "../values/index.js";

/** For how long a response can be used: see CachedObject. Seconds. */
export interface Freshness {
  origin: number;
  ttl: number;
  grace: number;
  keep: number;
}

/** Whether a status can be cached: always, only when its headers say so, or never. */
const cacheability: Readonly<Record<number, "by default" | "when told">> = {
  200: "by default",
  203: "by default",
  204: "by default",
  300: "by default",
  301: "by default",
  304: "by default",
  404: "by default",
  410: "by default",
  414: "by default",
  302: "when told",
  307: "when told",
};

/** Freshness of a response that no other request will get. */
export function privateFreshness(headers: HttpHeaders, now: number): Freshness {
  return { origin: now - ageOf(headers), ttl: -1, grace: 0, keep: 0 };
}

/** What the headers of a response say about its freshness (RFC 9111 as Varnish reads it), and the TTL record about it. */
export function computeFreshness(
  headers: HttpHeaders,
  status: number,
  now: number,
  params: Parameters,
): { freshness: Freshness; record: string } {
  const age = ageOf(headers);
  const freshness = {
    origin: now - age,
    ttl: -1,
    grace: params.default_grace,
    keep: params.default_keep,
  };
  const relaxed = hasFeature(params, "http_date_postel");
  const date = timeOf(headers, "date", relaxed);
  const expires = timeOf(headers, "expires", relaxed);
  const cacheControl = headers.get("cache-control");
  const maxAge = secondsIn(cacheControl, "s-maxage") ?? secondsIn(cacheControl, "max-age");
  const seconds = maxAge === undefined ? undefined : parseDeltaSeconds(maxAge);
  const rule = cacheability[status];
  if (rule) {
    freshness.ttl =
      seconds ??
      lifeByExpires(headers, expires, date, now, params.clock_skew) ??
      (rule === "by default" ? params.default_ttl : -1);
  }
  const stale = secondsIn(cacheControl, "stale-while-revalidate");
  if (stale !== undefined && freshness.ttl >= 0) freshness.grace = parseDeltaSeconds(stale);
  const times = [freshness.ttl, freshness.grace, freshness.keep, now, freshness.origin, date, expires];
  const numbers = times.map((time) => (time ?? 0).toFixed(0)).join(" ");
  const record = `RFC ${numbers} ${seconds ?? 0} ${freshness.ttl >= 0 ? "cacheable" : "uncacheable"}`;
  return { freshness, record };
}

/** What a directive says in seconds; undefined also for one without `=`, as in Varnish. */
function secondsIn(cacheControl: string | undefined, name: string): string | undefined {
  const text = directive(cacheControl, name);
  return text === "" && !cacheControl?.toLowerCase().includes(`${name}=`) ? undefined : text;
}

function ageOf(headers: HttpHeaders): number {
  const age = headers.get("age");
  return age !== undefined && /^[ \t]*\d+[ \t]*$/.test(age) ? parseDeltaSeconds(age) : 0;
}

/** The beginning of the epoch is no time, as in Varnish: `Expires: Thu, 01 Jan 1970 00:00:00 GMT` says nothing. */
function timeOf(headers: HttpHeaders, name: string, relaxed: boolean): number | undefined {
  const text = headers.get(name);
  const time = text === undefined ? undefined : parseDate(text, relaxed);
  return time === 0 ? undefined : time;
}

/** Expires counts from Date, except where the clocks agree well enough to count from now. */
function lifeByExpires(
  headers: HttpHeaders,
  expires: number | undefined,
  date: number | undefined,
  now: number,
  skew: number,
): number | undefined {
  if (!headers.has("expires")) return undefined;
  if (expires === undefined) return undefined;
  if (date !== undefined && expires < date) return 0;
  if (date === undefined || Math.abs(date - now) < skew) return Math.max(0, Math.trunc(expires - now));
  return expires - date;
}
