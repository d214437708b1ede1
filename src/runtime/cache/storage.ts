import type { BanList } from "./ban-list.js";
import type { CachedObject } from "./cached-object.js";
import type { LookupRequest, LookupResult } from "./lookup.js";
import type { Waiter } from "./objhead.js";
import type { Stevedore } from "./stevedore.js";

/** The cache: objheads by hash key, their objects, and the byte limit they share. */
export interface Storage extends Stevedore {
  /** Bytes that objects may take. */
  readonly limit: number;
  readonly bans: Pick<BanList, "length">;
  readonly counts: StorageCounts;
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
  /** Counts the object's bytes anew, making room as needed. False: it is larger than the whole storage. */
  account(object: CachedObject): boolean;
  /** Takes an object out; requests that deliver it finish. */
  kill(object: CachedObject): void;
  /** Adds a ban, made at that time, as text of VCL or as the words of a command; answers with what is wrong with it. */
  ban(expression: string | readonly string[], time?: number): string | undefined;
  /** Takes out all objects of a hash key that are not being fetched; answers how many. */
  purge(key: string): number;
}

/** Numbers since the start, or now where the name says so; names of Varnish's counters. */
export interface StorageCounts {
  /** Now. */
  readonly n_object: number;
  /** Now. */
  readonly n_objecthead: number;
  n_expired: number;
  n_lru_nuked: number;
}
