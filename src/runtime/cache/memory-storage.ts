import { LRUCache } from "lru-cache";
import { BanList, type BanListing } from "./ban-list.js";
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

export interface MemoryStorageOptions {
  readonly name?: string;
  /** Bytes. */
  readonly limit?: number;
  /** The parameter `rush_exponent`: how many waiting requests wake at once. */
  readonly rush?: () => number;
  /** When it is made, seconds since the epoch. */
  readonly time?: number;
}

/** A cache in memory: the objects used longest ago go first when the limit is reached. */
export class MemoryStorage implements Storage {
  readonly name: string;
  readonly limit: number;
  readonly bans: BanList;
  readonly watchers = new ObjectWatchers();
  readonly counts;
  /** Told of each object that goes. */
  removed: (object: CachedObject, how: Removal) => void = () => undefined;
  private readonly rushCount: () => number;
  private readonly heads = new Map<string, ObjHead>();
  private readonly objects: LRUCache<CachedObject, number>;
  private readonly expiry = new ExpiryHeap();

  constructor({
    name = "s0",
    limit = 256 * 1024 * 1024,
    rush = () => 3,
    time = 0,
  }: MemoryStorageOptions = {}) {
    this.bans = new BanList(time);
    this.name = name;
    this.limit = limit;
    this.rushCount = rush;
    this.objects = new LRUCache<CachedObject, number>({
      maxSize: limit,
      // Not `dispose`: the cache must be in order again when `nuke` takes the object out of its objhead.
      disposeAfter: (_, object, reason) => {
        if (reason === "evict") this.nuke(object);
      },
    });
    const { heads, objects } = this;
    this.counts = {
      n_expired: 0,
      n_lru_nuked: 0,
      get n_object() {
        return objects.size;
      },
      get n_objecthead() {
        return heads.size;
      },
    };
  }

  get used_space(): number {
    return this.objects.calculatedSize;
  }

  get free_space(): number {
    return this.limit - this.used_space;
  }

  get happy(): boolean {
    return true;
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
    this.objects.get(object);
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
    busy.storage = this;
    busy.bansTested = this.bans.newest;
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
    if (object.ttl > 0 && this.account(object)) {
      this.expiry.add(object);
      if (!object.hitForMiss) this.watchers.inserted(object, (old) => this.kill(old));
    } else head.remove(object);
    head.wake(this.rushCount(), object);
    this.tidy(head);
  }

  withdraw(object: CachedObject): void {
    const { head } = object;
    if (!head) return;
    object.dying = true;
    this.watchers.removed(object);
    this.objects.delete(object);
    this.expiry.remove(object);
    head.remove(object);
    head.wake(1);
    this.tidy(head);
  }

  account(object: CachedObject): boolean {
    if (object.dying || object.ttl <= 0 || !object.head) return true;
    const { size } = object;
    if (size > this.limit) {
      this.kill(object);
      return false;
    }
    // The size is the value too: setting an equal value would not count its size anew.
    this.objects.set(object, size, { size });
    return true;
  }

  kill(object: CachedObject): void {
    this.remove(object, "Removed");
  }

  private remove(object: CachedObject, how: Removal): void {
    if (!object.dying && object.state !== "busy") this.removed(object, how);
    object.dying = true;
    this.watchers.removed(object);
    this.objects.delete(object);
    this.expiry.remove(object);
    object.head?.remove(object);
    if (object.head) this.tidy(object.head);
  }

  ban(expression: string | readonly string[], time?: number): string | undefined {
    const problem = this.bans.add(expression, time);
    if (problem === undefined && this.bans.due) this.bans.forgetUpTo(this.oldestTested());
    return problem;
  }

  /** The bans that objects or requests may still meet, newest first. */
  banned(): readonly BanListing[] {
    const refs = new Map<number, number>();
    for (const head of this.heads.values()) {
      for (const { bansTested } of head.objects) refs.set(bansTested, (refs.get(bansTested) ?? 0) + 1);
    }
    return this.bans.listing(refs);
  }

  private oldestTested(): number {
    let oldest = this.bans.newest;
    for (const head of this.heads.values()) {
      for (const object of head.objects) oldest = Math.min(oldest, object.bansTested);
    }
    return oldest;
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

  private nuke(object: CachedObject): void {
    this.counts.n_lru_nuked++;
    this.kill(object);
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
