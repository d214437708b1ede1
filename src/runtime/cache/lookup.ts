import type { HttpHeaders } from "../http/index.js";
import type { CachedObject } from "./cached-object.js";

/** What a look-up needs to know of a request, and where it leaves what it found. */
export interface LookupRequest {
  /** The hash key, see `hashKey`. */
  readonly key: string;
  /** When the request came in, seconds since the epoch: freshness counts from here. */
  readonly time: number;
  readonly http: HttpHeaders;
  readonly url: string;
  /** Seconds; -1 is unset. */
  readonly max_age: number;
  readonly grace: number;
  readonly hash_always_miss: boolean;
  readonly hash_ignore_busy: boolean;
  readonly hash_ignore_vary: boolean;
  /** The parameter http_gzip_support. */
  readonly sharesEncodings: boolean;
  readonly xid: number;
  readonly found: LookupFound;
}

export interface LookupFound {
  /** To be delivered: after `hit` and `grace`. The hit-for-miss or hit-for-pass object otherwise. */
  object: CachedObject | undefined;
  /** To be fetched: after `miss`, `hitmiss`, and after `grace` when nobody fetches yet. */
  busy: CachedObject | undefined;
  /** An expired object that the backend may confirm. */
  stale: CachedObject | undefined;
}

/** `wait`: somebody else is fetching it. */
export type LookupResult = "hit" | "grace" | "miss" | "hitmiss" | "hitpass" | "wait";

/** Seconds for which an object is fresh for this request. */
export function freshFor(object: CachedObject, request: LookupRequest): number {
  return request.max_age > 0 && request.max_age < object.ttl ? request.max_age : object.ttl;
}

/** Whether a stale object may still be served to this request. */
export function withinGrace(object: CachedObject, request: LookupRequest): boolean {
  const grace = request.grace >= 0 && request.grace < object.grace ? request.grace : object.grace;
  return object.origin + freshFor(object, request) + grace >= request.time;
}
