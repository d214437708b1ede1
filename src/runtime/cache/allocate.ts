import type { CacheCounts, NukeBudget } from "./cache.js";
import type { CachedObject } from "./cached-object.js";
import type { Storage } from "./storage.js";

/** What finding room needs of the cache. */
export interface Nuking {
  readonly counts: CacheCounts;
  kill(object: CachedObject): void;
}

/**
 * Has the object take its bytes of the storage; objects that were used longest ago make room for it, as far as the budget goes. Nothing is nuked
 * for what is larger than the whole storage, nor for what is not going to be kept.
 */
export function allocate(
  { counts, kill }: Nuking,
  object: CachedObject,
  storage: Storage,
  budget: NukeBudget,
): boolean {
  const { size } = object;
  while (!storage.resize(object, size)) {
    const oldest = size > storage.limit || object.dying ? undefined : storage.oldest();
    if (!oldest) return false;
    if (budget.left <= 0) {
      counts.n_lru_limited++;
      return false;
    }
    budget.left--;
    counts.n_lru_nuked++;
    kill(oldest);
  }
  return true;
}
