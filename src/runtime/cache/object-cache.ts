import { allocate, type Nuking } from "./allocate.js";
import { BanLurker, type LurkerWorld } from "./ban-lurker.js";
import { BanList, type BanListing } from "./ban-list.js";
import { Bans } from "./bans.js";
import type { Cache, CacheCounts, NukeBudget } from "./cache.js";
import type { CachedObject } from "./cached-object.js";
import { ExpiryHeap } from "./expiry.js";
import type { LookupFound, LookupRequest, LookupResult } from "./lookup.js";
import { ObjectWatchers } from "./object-watchers.js";
import { isPersistent } from "./persistent-storage.js";
import { Persistence } from "./persistence.js";
import type { ObjHead, Waiter } from "./objhead.js";
import { ObjHeads } from "./objheads.js";
import { Search } from "./search.js";
import { reduceTimes, type PurgeTimes } from "./soft-purge.js";
import type { Storage } from "./storage.js";

/** How many expired objects one insertion removes at most, so that no request pays for all. */
const expiriesAtOnce = 50;

/** How an object goes: because its time is over, or because of a ban, a purge, a newer object, want of space. */
export type Removal = "Expired" | "Removed";

export interface ObjectCacheOptions {
  /** The parameter `rush_exponent`: how many waiting requests wake at once. */
  readonly rush?: () => number;
  /** When it is made, seconds since the epoch. */
  readonly time?: number;
  /** Those that may hold objects already. */
  readonly storages?: readonly Storage[];
  /** Has bans tested in the background. */
  readonly lurker?: LurkerWorld;
}

/** The cache of an instance. */
export class ObjectCache implements Cache {
  readonly bans: BanList;
  readonly watchers = new ObjectWatchers();
  readonly counts: CacheCounts;
  /** Told of each object whose end is known, and of the one that ends next. */
  listed: ((object: CachedObject, next: CachedObject) => void) | undefined;
  /** Told of each object that goes. */
  removed: (object: CachedObject, how: Removal) => void = () => undefined;
  private readonly rushCount: () => number;
  private readonly heads = new ObjHeads();
  private readonly banning: Bans;
  private readonly lurker: BanLurker | undefined;
  private readonly expiry = new ExpiryHeap();
  private readonly nuking: Nuking;
  private readonly search: Search;
  private readonly persistence: Persistence;

  constructor({ rush = () => 3, time = 0, storages = [], lurker }: ObjectCacheOptions = {}) {
    this.bans = new BanList(time);
    this.persistence = new Persistence(storages, this.bans);
    this.lurker = lurker && new BanLurker(lurker, this.bans, this.heads, (object) => this.kill(object));
    this.banning = new Bans(this.bans, this.heads, this.persistence, this.lurker);
    this.rushCount = rush;
    const { heads, expiry } = this;
    this.counts = {
      n_expired: 0,
      exp_mailed: 0,
      get exp_received() {
        return this.exp_mailed;
      },
      n_lru_nuked: 0,
      n_lru_limited: 0,
      get n_object() {
        return expiry.size;
      },
      get n_objecthead() {
        return heads.size;
      },
    };
    const { counts, bans } = this;
    const kill = (object: CachedObject): void => this.kill(object);
    this.nuking = { counts, kill };
    this.search = new Search({ heads, bans, counts, kill, used: (object) => this.persistence.used(object) });
  }

  lookup(request: LookupRequest): LookupResult {
    const { found } = request;
    found.object = found.busy = found.stale = undefined;
    const head = this.heads.of(request.key);
    if (request.hash_always_miss) return this.search.miss(head, request);
    if (!this.persistence.inUse) return this.search.find(head, request);
    this.persistence.restore(head);
    const result = this.search.find(head, request);
    this.unload(head, found);
    return result;
  }

  park(key: string, waiter: Waiter): void {
    this.heads.of(key).park(waiter);
  }

  rush(key: string, object?: CachedObject): void {
    const head = this.heads.get(key);
    if (!head) return;
    head.wake(this.rushCount(), object);
    this.heads.tidy(head);
  }

  unbusy(object: CachedObject, now: number): void {
    const { head } = object;
    if (!head) return;
    this.expire(now);
    // Bans made while it was fetched do not cover it, as in Varnish.
    object.bansTested = this.bans.newest;
    if (object.ttl > 0) {
      head.toFront(object);
      this.list(object);
    } else head.remove(object);
    head.wake(this.rushCount(), object);
    this.heads.tidy(head);
  }

  private list(object: CachedObject): void {
    object.isListed = true;
    this.expiry.add(object);
    this.counts.exp_mailed++;
    this.listed?.(object, this.expiry.first ?? object);
    if (object.state === "finished") object.storage?.enter(object);
    if (!object.hitForMiss) this.watchers.inserted(object, (old) => this.kill(old));
  }

  withdraw(object: CachedObject): void {
    const { head } = object;
    this.takeOut(object);
    if (!head) return;
    head.wake(1);
    this.heads.tidy(head);
  }

  place(object: CachedObject, storage: Storage, budget: NukeBudget): boolean {
    const placed = allocate(this.nuking, object, storage, budget);
    if (placed) object.storage = storage;
    return placed;
  }

  account(object: CachedObject, budget: NukeBudget): boolean {
    return object.storage === undefined || allocate(this.nuking, object, object.storage, budget);
  }

  finished(object: CachedObject, { left }: NukeBudget): void {
    if (object.isListed && isPersistent(object.storage)) {
      if (this.persistence.save(object, left)) this.dropped(object);
      else this.kill(object);
    } else if (object.isListed) object.storage?.enter(object);
    else this.dropped(object);
  }

  /** What nobody can find and nobody has in hand takes no space any more. */
  dropped(object: CachedObject): void {
    if (object.isFetched || object.body.inUse) return;
    if (object.isListed) {
      if (this.persistence.has(object)) this.forget(object);
      return;
    }
    object.storage?.resize(object, 0);
  }

  kill(object: CachedObject): void {
    if (object.isListed) this.counts.exp_mailed++;
    this.remove(object, "Removed");
  }

  private remove(object: CachedObject, how: Removal): void {
    if (!object.dying && object.state !== "busy") this.removed(object, how);
    this.takeOut(object);
    if (object.head) this.heads.tidy(object.head);
  }

  /** Objects that nobody asked for, of those that a look-up had to see. */
  private unload({ objects }: ObjHead, found: LookupFound): void {
    for (const object of objects) {
      if (object !== found.object && object !== found.stale) this.dropped(object);
    }
  }

  /** It is stored elsewhere: it goes from memory only. */
  private forget(object: CachedObject): void {
    object.storage?.resize(object, 0);
    this.expiry.remove(object);
    object.head?.remove(object);
    if (object.head) this.heads.tidy(object.head);
  }

  private takeOut(object: CachedObject): void {
    this.persistence.remove(object);
    object.dying = true;
    object.isListed = false;
    this.watchers.removed(object);
    object.storage?.leave(object);
    this.expiry.remove(object);
    object.head?.remove(object);
    this.dropped(object);
  }

  ban(expression: string | readonly string[], time?: number): string | undefined {
    return this.banning.add(expression, time);
  }

  /** The bans that objects or requests may still meet, newest first. */
  banned(): readonly BanListing[] {
    return this.banning.listing();
  }

  /** The instance ends. */
  stop(): void {
    this.lurker?.stop();
  }

  /** Takes out everything that is in memory only. */
  clear(): void {
    for (const object of this.heads.objects()) {
      if (this.persistence.has(object)) this.forget(object);
      else this.kill(object);
    }
  }

  reduceTimes(key: string, now: number, times: PurgeTimes): number {
    const head = this.heads.of(key);
    this.persistence.restore(head);
    const count = reduceTimes(head, now, times);
    for (const object of head.objects) {
      this.persistence.update(object);
      this.dropped(object);
    }
    this.heads.tidy(head);
    return count;
  }

  purge(key: string): number {
    if (this.persistence.inUse) this.persistence.restore(this.heads.of(key));
    const objects = this.heads.get(key)?.objects.filter((object) => object.state !== "busy") ?? [];
    for (const object of objects) this.kill(object);
    return objects.length;
  }

  /** Takes out what has expired, some of it where it is much. */
  expire(now: number): void {
    for (let i = 0; i < expiriesAtOnce; i++) {
      const object = this.expiry.pop(now);
      if (!object) return;
      this.counts.n_expired++;
      this.remove(object, "Expired");
    }
  }
}
