import type { CachedObject } from "./cached-object.js";
import type { Stevedore } from "./stevedore.js";

/** Something that takes space of a storage: an object, a request body that is kept. */
export interface Occupant {
  /** Bytes that it takes now. */
  charged: number;
}

/** A place where objects are kept, with a limit of its own (`-s`). Which objects those are, and who finds them, is the cache's affair. */
export interface Storage extends Stevedore {
  /** As `-s` names it, and records and `storage.list`: `malloc`. */
  readonly kind: string;
  /** Bytes that may be taken; Infinity: no limit. */
  readonly limit: number;
  readonly counts: StorageCounts;
  /** Has the occupant take so many bytes from now on. False where there is no room for them, and nothing has changed. */
  resize(occupant: Occupant, bytes: number): boolean;
  /** The object may be nuked from now on. */
  enter(object: CachedObject): void;
  /** The object has been used: it is the last to be nuked. */
  touch(object: CachedObject): void;
  /** The object is not to be nuked any more. */
  leave(object: CachedObject): void;
  /** The object that was used longest ago and is in nobody's hands; undefined: there is none to be nuked. */
  oldest(): CachedObject | undefined;
}

/** What a storage has counted, by the names of Varnish's SMA counters. */
export interface StorageCounts {
  c_req: number;
  c_fail: number;
  c_bytes: number;
  c_freed: number;
  /** Now. */
  g_alloc: number;
}
