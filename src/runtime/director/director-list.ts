import type { Director } from "./director.js";

/** A director that a list retires. */
interface Retiring extends Director {
  retire(): void;
}

/** Every director that is on a list. */
const listed = new WeakSet<Director>();

/** Whether a director is on the list of a loaded VCL, or on the global one. */
export function isListed(director: Director): boolean {
  return listed.has(director);
}

/**
 * The directors of one VCL, or the global ones. While somebody walks the list, a director that resigns stays in it; the last
 * walker retires it (S4-36, S4-63).
 */
export class DirectorList {
  readonly #directors = new Set<Director>();
  readonly #resigning: Retiring[] = [];
  #walkers = 0;

  add(director: Director): void {
    this.#directors.add(director);
    listed.add(director);
  }

  has(director: Director): boolean {
    return this.#directors.has(director);
  }

  /** Takes a director off the list that does not retire: it goes elsewhere, or everything on the list ends. */
  remove(director: Director): void {
    this.#directors.delete(director);
    listed.delete(director);
  }

  /** Takes a director off the list and retires it, now or when the last walker is done. */
  resign(director: Retiring): void {
    this.#resigning.push(director);
    if (this.#walkers === 0) this.#retire();
  }

  /** The directors now, in order of creation. */
  [Symbol.iterator](): IterableIterator<Director> {
    return this.#directors.values();
  }

  /** Visits every director, the newest first, as events reach them (vcl-lifecycle 4). The visit may wait. */
  async walk(visit: (director: Director) => void | Promise<void>): Promise<void> {
    this.#walkers += 1;
    try {
      for (const director of [...this.#directors].reverse()) await visit(director);
    } finally {
      this.#walkers -= 1;
      if (this.#walkers === 0) this.#retire();
    }
  }

  #retire(): void {
    for (const director of this.#resigning.splice(0)) {
      this.#directors.delete(director);
      director.retire();
    }
  }
}
