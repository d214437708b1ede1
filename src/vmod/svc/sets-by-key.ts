import type { ServiceSource } from "./service-source.js";

/** What is known about where a set comes from. */
interface Placed {
  /** What its source's place means now. */
  meaning(): Promise<string | undefined>;
}

/** The sets of one instance by the keys of their sources. */
export class SetsByKey<Set extends Placed> {
  readonly #sets = new Map<string, Set>();

  add(key: string, set: Set): void {
    this.#sets.set(key, set);
  }

  /** Does nothing where another set has the key. */
  remove(key: string, set: Set): void {
    if (this.#sets.get(key) === set) this.#sets.delete(key);
  }

  [Symbol.iterator](): Iterator<Set> {
    return this.#sets.values();
  }

  /** The set that there is of a source, by its key or by what its place means now. */
  async of(source: Pick<ServiceSource<unknown>, "key" | "meaning">): Promise<Set | undefined> {
    const known = this.#sets.get(source.key);
    if (known || this.#sets.size === 0) return known;
    const meaning = await source.meaning?.();
    if (meaning === undefined) return undefined;
    for (const set of this) if ((await set.meaning()) === meaning) return set;
    return undefined;
  }
}
