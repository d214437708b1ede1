import type { CachedObject } from "./cached-object.js";

/** Neighbours of an object in the order of use. */
export interface LruLinks {
  older: CachedObject | undefined;
  newer: CachedObject | undefined;
}

/** Objects in the order of their last use. Each has its links itself, so that moving one costs the same however many there are. */
export class LruList {
  private first: CachedObject | undefined;
  private last: CachedObject | undefined;

  /** Puts an object that is not in it at the end of those used last. */
  add(object: CachedObject): void {
    const before = this.last;
    object.lru = { older: before, newer: undefined };
    if (before?.lru) before.lru.newer = object;
    else this.first = object;
    this.last = object;
  }

  remove(object: CachedObject): void {
    const { lru } = object;
    if (!lru) return;
    object.lru = undefined;
    if (lru.older?.lru) lru.older.lru.newer = lru.newer;
    else this.first = lru.newer;
    if (lru.newer?.lru) lru.newer.lru.older = lru.older;
    else this.last = lru.older;
  }

  /** The first from the old end for which the condition holds. */
  find(condition: (object: CachedObject) => boolean): CachedObject | undefined {
    let object = this.first;
    while (object && !condition(object)) object = object.lru?.newer;
    return object;
  }
}
