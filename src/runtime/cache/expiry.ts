import type { CachedObject } from "./cached-object.js";

interface Entry {
  readonly at: number;
  readonly object: CachedObject;
}

/** Which object's time is over first: a binary heap by end time. Each object knows its place, so that it can be taken out at any time. */
export class ExpiryHeap {
  private readonly entries: Entry[] = [];

  get size(): number {
    return this.entries.length;
  }

  /** The object that ends before all others. */
  get first(): CachedObject | undefined {
    return this.entries[0]?.object;
  }

  add(object: CachedObject): void {
    this.put(this.entries.length, { at: object.end, object });
    this.up(object.expiryIndex);
  }

  remove(object: CachedObject): void {
    const index = object.expiryIndex;
    if (index < 0) return;
    object.expiryIndex = -1;
    const last = this.entries.pop() as Entry;
    if (last.object === object) return;
    this.put(index, last);
    this.up(index);
    this.down(last.object.expiryIndex);
  }

  /** The next object whose end has passed, taken off the heap. */
  pop(now: number): CachedObject | undefined {
    const first = this.entries[0];
    if (!first || first.at >= now) return undefined;
    this.remove(first.object);
    return first.object;
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
    this.put(a, this.entries[b] as Entry);
    this.put(b, entry);
  }

  private put(index: number, entry: Entry): void {
    this.entries[index] = entry;
    entry.object.expiryIndex = index;
  }
}
