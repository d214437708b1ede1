import type { CachedObject } from "./cached-object.js";

/** Wakes a parked request; with the object it waited for when that was fetched, without when the fetch came to nothing. */
export type Waiter = (object: CachedObject | undefined) => void;

/** All objects of one hash key, newest first, and the requests that wait for one of them. */
export class ObjHead {
  readonly key: string;
  readonly objects: CachedObject[] = [];
  private waiters: Waiter[] = [];

  constructor(key: string) {
    this.key = key;
  }

  get empty(): boolean {
    return this.objects.length === 0 && this.waiters.length === 0;
  }

  insert(object: CachedObject): void {
    object.head = this;
    this.objects.unshift(object);
  }

  remove(object: CachedObject): void {
    const index = this.objects.indexOf(object);
    if (index >= 0) this.objects.splice(index, 1);
  }

  park(waiter: Waiter): void {
    this.waiters.push(waiter);
  }

  /** Wakes the first ones that wait; each wakes more once it has what it needs, so that no herd starts at once. */
  wake(count: number, object?: CachedObject): void {
    for (const waiter of this.waiters.splice(0, count)) waiter(object);
  }
}
