import type { BanList } from "./ban-list.js";
import type { CachedObject } from "./cached-object.js";
import type { LookupRequest, LookupResult } from "./lookup.js";
import type { Waiter } from "./objhead.js";
import type { PurgeTimes } from "./soft-purge.js";
import type { Storage } from "./storage.js";

/** How many objects one fetch may still nuke (`nuke_limit`). */
export interface NukeBudget {
  left: number;
}

/** The cache: objheads by hash key, their objects and the bans. The objects' bytes are in storages. */
export interface Cache {
  readonly bans: Pick<BanList, "length">;
  readonly counts: CacheCounts;
  /** Finds what a request may get; leaves it in `request.found`. */
  lookup(request: LookupRequest): LookupResult;
  /** Parks a request until the fetch it waits for is through. */
  park(key: string, waiter: Waiter): void;
  /** Wakes more of the requests that wait for the objects of a hash key. */
  rush(key: string, object?: CachedObject): void;
  /** A fetched object can be used: requests that wait for it wake up. */
  unbusy(object: CachedObject, now: number): void;
  /** A busy object comes to nothing; one of those that wait takes over. */
  withdraw(object: CachedObject): void;
  /** Has an object that is in no storage yet take the bytes of its head in this one, nuking others as needed. False: there is no room. */
  place(object: CachedObject, storage: Storage, budget: NukeBudget): boolean;
  /** Counts the object's bytes anew, nuking others as needed. False: there is no room for what has come on top. */
  account(object: CachedObject, budget: NukeBudget): boolean;
  /** Its fetch has ended: it may be nuked. */
  finished(object: CachedObject, budget: NukeBudget): void;
  /** A request has finished with it. */
  dropped(object: CachedObject): void;
  /** Takes an object out; requests that deliver it finish. */
  kill(object: CachedObject): void;
  /** Adds a ban, made at that time, as text of VCL or as the words of a command; answers with what is wrong with it. */
  ban(expression: string | readonly string[], time?: number): string | undefined;
  /** Shortens the times of all objects of a hash key that are not being fetched; answers how many. */
  reduceTimes(key: string, now: number, times: PurgeTimes): number;
  /** Takes out all objects of a hash key that are not being fetched; answers how many. */
  purge(key: string): number;
}

/** Numbers since the start, or now where the name says so; names of Varnish's counters. */
export interface CacheCounts {
  /** Now. */
  readonly n_object: number;
  /** Now. */
  readonly n_objecthead: number;
  n_expired: number;
  /** Objects that came to expiry, and those that were taken from it before their time. */
  exp_mailed: number;
  readonly exp_received: number;
  n_lru_nuked: number;
  n_lru_limited: number;
}
