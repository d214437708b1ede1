import type { HeaderList } from "../http/header-list.js";
import type { CachedObject } from "./cached-object.js";

/** An object in the cache, as those see it who watch what comes and goes. */
export interface WatchedObject {
  /** Its headers; they cannot be changed. */
  readonly http: HeaderList;
  /** Takes it out of the cache. */
  purge(): void;
  /** Ends the time for which it is fresh (seconds since the epoch); false where that is over already. */
  soften(now: number): boolean;
}

/** Told of the objects that others can find. */
export interface ObjectWatcher {
  inserted(object: WatchedObject): void;
  /** Once for each that was inserted: purged, banned, nuked, expired or replaced. */
  removed(object: WatchedObject): void;
}

/** Who watches the objects of a storage. Costs nothing while nobody does. */
export class ObjectWatchers {
  private readonly watchers = new Set<ObjectWatcher>();
  private readonly watched = new WeakMap<CachedObject, WatchedObject>();

  /** Watches until the answer is called. */
  add(watcher: ObjectWatcher): () => void {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  inserted(object: CachedObject, kill: (object: CachedObject) => void): void {
    if (this.watchers.size === 0) return;
    const watched: WatchedObject = {
      http: object.http,
      purge: () => kill(object),
      soften(now) {
        const ttl = now - object.origin;
        if (object.dying || object.ttl <= ttl) return false;
        object.ttl = ttl;
        return true;
      },
    };
    this.watched.set(object, watched);
    for (const watcher of this.watchers) watcher.inserted(watched);
  }

  removed(object: CachedObject): void {
    const watched = this.watched.get(object);
    if (!watched) return;
    this.watched.delete(object);
    for (const watcher of this.watchers) watcher.removed(watched);
  }
}
