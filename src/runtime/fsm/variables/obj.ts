import type { CachedObject } from "../../cache/cached-object.js";
import type { HeaderList } from "../../http/header-list.js";
import type { Stevedore } from "../../cache/stevedore.js";
import type { Obj } from "../../task.js";

/** `obj` and `obj_stale`: an object in the cache, read only. `now` is what its age is counted to. */
export class ObjectVariables implements Obj {
  readonly object: CachedObject;
  readonly hits: number;
  private readonly now: number;

  constructor(object: CachedObject, now: number, hits = object.hits) {
    this.object = object;
    this.now = now;
    this.hits = hits;
  }

  get http(): HeaderList {
    return this.object.http;
  }
  get can_esi(): boolean {
    return this.object.facts.esi !== undefined;
  }
  get age(): number {
    return this.now - this.object.origin;
  }
  get grace(): number {
    return this.object.grace;
  }
  get keep(): number {
    return this.object.keep;
  }
  get proto(): string {
    return this.object.proto;
  }
  get reason(): string {
    return this.object.reason;
  }
  get status(): number {
    return this.object.status;
  }
  get storage(): Stevedore | undefined {
    return this.object.storage;
  }
  get time(): number {
    return this.object.origin;
  }
  get ttl(): number {
    return this.object.ttl - (this.now - this.object.origin);
  }
  get uncacheable(): boolean {
    return this.object.isPrivate || this.object.hitForMiss;
  }
  /** False once a purge, a ban or time has taken it out. */
  get is_valid(): boolean {
    return !this.object.dying;
  }
}
