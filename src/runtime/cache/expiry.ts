import type { CachedObject } from "./cached-object.js";

interface Entry {
  readonly at: number;
  readonly object: CachedObject;
}

/**
 * Which object's time is over first: a binary heap by end time. Entries of objects that have gone otherwise stay until they come up; entries of
 * objects whose times were changed are put back.
 */
export class ExpiryHeap {
  private readonly entries: Entry[] = [];

  get size(): number {
    return this.entries.length;
  }

  add(object: CachedObject): void {
    this.entries.push({ at: object.end, object });
    this.up(this.entries.length - 1);
  }

  /** The next object whose end has passed, taken off the heap. */
  pop(now: number): CachedObject | undefined {
    for (;;) {
      const first = this.entries[0];
      if (!first || first.at >= now) return undefined;
      this.removeFirst();
      if (first.object.dying) continue;
      if (first.object.end < now) return first.object;
      this.add(first.object);
    }
  }

  private removeFirst(): void {
    const last = this.entries.pop();
    if (last && this.entries.length > 0) {
      this.entries[0] = last;
      this.down(0);
    }
  }

  private up(index: number): void {
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.at(parent) <= this.at(index)) return;
      this.swap(parent, index);
      index = parent;
    }
  }

  private down(index: number): void {
    for (;;) {
      const left = 2 * index + 1;
      const least = this.at(left + 1) < this.at(left) ? left + 1 : left;
      if (this.at(least) >= this.at(index)) return;
      this.swap(least, index);
      index = least;
    }
  }

  private at(index: number): number {
    return this.entries[index]?.at ?? Infinity;
  }

  private swap(a: number, b: number): void {
    const entry = this.entries[a] as Entry;
    this.entries[a] = this.entries[b] as Entry;
    this.entries[b] = entry;
  }
}
