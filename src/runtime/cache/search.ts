import type { BanList } from "./ban-list.js";
import type { CacheCounts } from "./cache.js";
import { CachedObject } from "./cached-object.js";
import { freshFor, withinGrace, type LookupRequest, type LookupResult } from "./lookup.js";
import type { ObjHead } from "./objhead.js";
import type { ObjHeads } from "./objheads.js";
import { varyMatches, varyOf } from "./vary.js";

/** What a search needs of the cache. */
export interface Searched {
  readonly heads: ObjHeads;
  readonly bans: BanList;
  readonly counts: CacheCounts;
  kill(object: CachedObject): void;
  /** Notes that the object is delivered. */
  used(object: CachedObject): void;
}

/** Looks among the objects of one hash key for what a request may get. */
export class Search {
  private readonly cache: Searched;

  constructor(cache: Searched) {
    this.cache = cache;
  }

  find(head: ObjHead, request: LookupRequest): LookupResult {
    const { found } = request;
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
    this.cache.used(object);
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
    // What comes of the fetch takes its place: however often it is asked for, there is one such object.
    request.found.stale = object;
    request.found.busy = this.insertBusy(head, request);
    return result;
  }

  /** Nothing is looked for: the object is fetched. */
  miss(head: ObjHead, request: LookupRequest): LookupResult {
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
      this.cache.counts.n_expired++;
      this.cache.kill(object);
      return false;
    }
    if (
      object.vary &&
      !request.hash_ignore_vary &&
      !varyMatches(object.vary, request.http, request.sharesEncodings)
    )
      return false;
    if (this.cache.bans.newerThan(object) && this.cache.bans.covers(object, request)) {
      this.cache.kill(object);
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
    this.cache.heads.keep(head);
    return busy;
  }
}
