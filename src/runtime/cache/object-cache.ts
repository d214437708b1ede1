import { allocate, type Nuking } from "./allocate.js";
import { BanList, type BanListing } from "./ban-list.js";
import type { Cache, CacheCounts, NukeBudget } from "./cache.js";
import { CachedObject } from "./cached-object.js";
import { ExpiryHeap } from "./expiry.js";
import { freshFor, withinGrace, type LookupRequest, type LookupResult } from "./lookup.js";
import { ObjectWatchers } from "./object-watchers.js";
import { ObjHead, type Waiter } from "./objhead.js";
import type { Storage } from "./storage.js";
import { varyMatches, varyOf } from "./vary.js";

/** How many expired objects one insertion removes at most, so that no request pays for all. */
const expiriesAtOnce = 50;

/** How an object goes: because its time is over, or because of a ban, a purge, a newer object, want of space. */
export type Removal = "Expired" | "Removed";

export interface ObjectCacheOptions {
  /** The parameter `rush_exponent`: how many waiting requests wake at once. */
  readonly rush?: () => number;
  /** When it is made, seconds since the epoch. */
  readonly time?: number;
}

/** The cache of an instance. */
export class ObjectCache implements Cache {
  readonly bans: BanList;
  readonly watchers = new ObjectWatchers();
  readonly counts: CacheCounts;
  /** Told of each object that goes. */
  removed: (object: CachedObject, how: Removal) => void = () => undefined;
  private readonly rushCount: () => number;
  private readonly heads = new Map<string, ObjHead>();
  private readonly expiry = new ExpiryHeap();
  private readonly nuking: Nuking;

  constructor({ rush = () => 3, time = 0 }: ObjectCacheOptions = {}) {
    this.bans = new BanList(time);
    this.rushCount = rush;
    const { heads, expiry } = this;
    this.counts = {
      n_expired: 0,
      n_lru_nuked: 0,
      n_lru_limited: 0,
      get n_object() {
        return expiry.size;
      },
      get n_objecthead() {
        return heads.size;
      },
    };
    this.nuking = { counts: this.counts, kill: (object) => this.kill(object) };
  }

  lookup(request: LookupRequest): LookupResult {
    const { found } = request;
    found.object = found.busy = found.stale = undefined;
    const head = this.headOf(request.key);
    if (request.hash_always_miss) return this.miss(head, request);
    let othersFetch = false;
    let expired: CachedObject | undefined;
    // By index: an object found banned goes from the list on the way.
    for (let i = 0; i < head.objects.length; i++) {
      const object = head.objects[i] as CachedObject;
      if (object.state === "busy") {
        othersFetch ||= !request.hash_ignore_busy && this.mayAnswer(object, request);
      } else if (this.usable(object, request)) {
        if (object.origin + freshFor(object, request) > request.time)
          return this.fresh(head, object, request);
        if (!expired || object.origin > expired.origin) expired = object;
      } else if (head.objects[i] !== object) i--;
    }
    if (expired?.hitForMiss) return this.missAfter(head, expired, request, "hitmiss");
    if (expired && withinGrace(expired, request)) {
      expired.hits++;
      found.object = found.stale = expired;
      if (!othersFetch) found.busy = this.insertBusy(head, request);
      return "grace";
    }
    if (othersFetch) return "wait";
    found.stale = expired;
    return this.miss(head, request);
  }

  private fresh(head: ObjHead, object: CachedObject, request: LookupRequest): LookupResult {
    if (object.hitForPass) {
      request.found.object = object;
      return "hitpass";
    }
    if (object.hitForMiss) return this.missAfter(head, object, request, "hitmiss");
    object.hits++;
    object.storage?.touch(object);
    request.found.object = object;
    return "hit";
  }

  private missAfter(
    head: ObjHead,
    object: CachedObject,
    request: LookupRequest,
    result: LookupResult,
  ): LookupResult {
    request.found.object = object;
    request.found.busy = this.insertBusy(head, request);
    return result;
  }

  private miss(head: ObjHead, request: LookupRequest): LookupResult {
    request.found.busy = this.insertBusy(head, request);
    return "miss";
  }

  /** Whether the response that is being fetched may be for this request too; its Vary is guessed from the objects before it. */
  private mayAnswer(busy: CachedObject, request: LookupRequest): boolean {
    return (
      !busy.vary || request.hash_ignore_vary || varyMatches(busy.vary, request.http, request.sharesEncodings)
    );
  }

  private usable(object: CachedObject, request: LookupRequest): boolean {
    if (object.dying || object.ttl <= 0) return false;
    if (object.end < request.time) {
      this.counts.n_expired++;
      this.kill(object);
      return false;
    }
    if (
      object.vary &&
      !request.hash_ignore_vary &&
      !varyMatches(object.vary, request.http, request.sharesEncodings)
    )
      return false;
    if (this.bans.newerThan(object) && this.bans.covers(object, request)) {
      this.kill(object);
      return false;
    }
    return true;
  }

  private insertBusy(head: ObjHead, request: LookupRequest): CachedObject {
    const busy = new CachedObject();
    const varying = head.objects.find((object) => object.vary);
    if (varying?.vary) busy.vary = varyOf(varying.vary.names, request.http);
    head.insert(busy);
    // Killing its last object may just have taken the objhead out.
    this.heads.set(head.key, head);
    return busy;
  }

  private headOf(key: string): ObjHead {
    let head = this.heads.get(key);
    if (!head) this.heads.set(key, (head = new ObjHead(key)));
    return head;
  }

  park(key: string, waiter: Waiter): void {
    this.headOf(key).park(waiter);
  }

  rush(key: string, object?: CachedObject): void {
    const head = this.heads.get(key);
    if (!head) return;
    head.wake(this.rushCount(), object);
    this.tidy(head);
  }

  unbusy(object: CachedObject, now: number): void {
    const { head } = object;
    if (!head) return;
    this.expire(now);
    // Bans made while it was fetched do not cover it, as in Varnish.
    object.bansTested = this.bans.newest;
    if (object.ttl > 0) this.list(object);
    else head.remove(object);
    head.wake(this.rushCount(), object);
    this.tidy(head);
  }

  private list(object: CachedObject): void {
    object.isListed = true;
    this.expiry.add(object);
    if (object.state === "finished") object.storage?.enter(object);
    if (!object.hitForMiss) this.watchers.inserted(object, (old) => this.kill(old));
  }

  withdraw(object: CachedObject): void {
    const { head } = object;
    this.takeOut(object);
    if (!head) return;
    head.wake(1);
    this.tidy(head);
  }

  place(object: CachedObject, storage: Storage, budget: NukeBudget): boolean {
    const placed = allocate(this.nuking, object, storage, budget);
    if (placed) object.storage = storage;
    return placed;
  }

  account(object: CachedObject, budget: NukeBudget): boolean {
    return object.storage === undefined || allocate(this.nuking, object, object.storage, budget);
  }

  finished(object: CachedObject): void {
    if (object.isListed) object.storage?.enter(object);
    else this.dropped(object);
  }

  /** What nobody can find and nobody has in hand takes no space any more. */
  dropped(object: CachedObject): void {
    if (object.isListed || object.isFetched || object.body.inUse) return;
    object.storage?.resize(object, 0);
  }

  kill(object: CachedObject): void {
    this.remove(object, "Removed");
  }

  private remove(object: CachedObject, how: Removal): void {
    if (!object.dying && object.state !== "busy") this.removed(object, how);
    this.takeOut(object);
    if (object.head) this.tidy(object.head);
  }

  private takeOut(object: CachedObject): void {
    object.dying = true;
    object.isListed = false;
    this.watchers.removed(object);
    object.storage?.leave(object);
    this.expiry.remove(object);
    object.head?.remove(object);
    this.dropped(object);
  }

  ban(expression: string | readonly string[], time?: number): string | undefined {
    const problem = this.bans.add(expression, time);
    if (problem === undefined && this.bans.due) this.bans.forgetUpTo(this.oldestTested());
    return problem;
  }

  /** The bans that objects or requests may still meet, newest first. */
  banned(): readonly BanListing[] {
    const refs = new Map<number, number>();
    for (const { bansTested } of this.tested()) refs.set(bansTested, (refs.get(bansTested) ?? 0) + 1);
    return this.bans.listing(refs);
  }

  private oldestTested(): number {
    let oldest = this.bans.newest;
    for (const { bansTested } of this.tested()) oldest = Math.min(oldest, bansTested);
    return oldest;
  }

  /** The objects that bans may concern. */
  private *tested(): Iterable<CachedObject> {
    for (const { objects } of this.heads.values()) {
      for (const object of objects) if (object.state !== "busy") yield object;
    }
  }

  /** Takes everything out. */
  clear(): void {
    for (const head of [...this.heads.values()]) {
      for (const object of head.objects.filter(({ state }) => state !== "busy")) this.kill(object);
    }
  }

  purge(key: string): number {
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

  private tidy(head: ObjHead): void {
    if (head.empty && this.heads.get(head.key) === head) this.heads.delete(head.key);
  }
}
