import type { CachedObject } from "./cached-object.js";

/** Wakes a parked request; with the object it waited for when that was fetched, without when the fetch came to nothing. */
export type Waiter = (object: CachedObject | undefined) => void;

/** All objects of one hash key, those that came last first, and the requests that wait for one of them. */
export class ObjHead {
  readonly key: string;
  objects: readonly CachedObject[] = [];
  private waiters: Waiter[] | undefined;

  constructor(key: string) {
    this.key = key;
  }

  get empty(): boolean {
    return this.objects.length === 0 && !this.waiters;
  }

  insert(object: CachedObject): void {
    object.head = this;
    // A new array has no room to grow, and most have one object for ever.
    this.objects = [object, ...this.objects];
  }

  /** A look-up finds what requests could have last, however long its fetch took. */
  toFront(object: CachedObject): void {
    if (this.objects[0] === object) return;
    this.objects = [object, ...this.objects.filter((other) => other !== object)];
  }

  remove(object: CachedObject): void {
    this.objects = this.objects.filter((other) => other !== object);
  }

  park(waiter: Waiter): void {
    (this.waiters ??= []).push(waiter);
  }

  /** Wakes the first ones that wait; each wakes more once it has what it needs, so that no herd starts at once. */
  wake(count: number, object?: CachedObject): void {
    const woken = this.waiters?.splice(0, count) ?? [];
    if (this.waiters?.length === 0) this.waiters = undefined;
    for (const waiter of woken) waiter(object);
  }
}
