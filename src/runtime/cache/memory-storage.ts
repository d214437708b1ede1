import { printableInteger } from "../values/strings.js";
import type { CachedObject } from "./cached-object.js";
import { LruList } from "./lru-list.js";
import type { Occupant, Storage, StorageCounts } from "./storage.js";

/** What a storage without a limit answers when it is asked for its free space: the largest number that VCL can print. */
const boundless = printableInteger;

/** Objects in memory: `malloc`, or what goes by another name all the same. */
export class MemoryStorage implements Storage {
  readonly kind: string;
  readonly name: string;
  readonly limit: number;
  readonly happy = true;
  readonly counts: StorageCounts = { c_req: 0, c_fail: 0, c_bytes: 0, c_freed: 0, g_alloc: 0 };
  private used = 0;
  private readonly order = new LruList();

  /** `limit` in bytes. */
  constructor(name: string, limit = Infinity, kind = "malloc") {
    this.kind = kind;
    this.name = name;
    this.limit = limit;
  }

  get used_space(): number {
    return this.used;
  }

  get free_space(): number {
    return Math.max(0, Math.min(this.limit, boundless) - this.used);
  }

  resize(occupant: Occupant, bytes: number): boolean {
    const { counts } = this;
    const more = bytes - occupant.charged;
    if (more > 0) {
      counts.c_req++;
      if (this.used + more > this.limit) {
        counts.c_fail++;
        return false;
      }
      counts.c_bytes += more;
    } else counts.c_freed -= more;
    counts.g_alloc += Number(bytes > 0) - Number(occupant.charged > 0);
    this.used += more;
    occupant.charged = bytes;
    return true;
  }

  enter(object: CachedObject): void {
    if (!object.lru) this.order.add(object);
  }

  touch(object: CachedObject): void {
    if (!object.lru) return;
    this.order.remove(object);
    this.order.add(object);
  }

  leave(object: CachedObject): void {
    this.order.remove(object);
  }

  oldest(): CachedObject | undefined {
    return this.order.find(({ body }) => !body.inUse);
  }
}
