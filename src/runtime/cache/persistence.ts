import type { BanList } from "./ban-list.js";
import type { CachedObject } from "./cached-object.js";
import type { ObjHead } from "./objhead.js";
import { objectOf, recordOf } from "./object-record.js";
import { isPersistent, type PersistentStorage, type StoredObject } from "./persistent-storage.js";
import { SharedBans } from "./shared-bans.js";
import type { Storage } from "./storage.js";

/** Which object of which storage one in memory is. */
interface Origin {
  readonly storage: PersistentStorage;
  readonly key: string;
  readonly id: number;
}

/** What the cache does about objects that are not in memory. Costs nothing where every storage is in memory. */
export class Persistence {
  private readonly stores: readonly { readonly storage: PersistentStorage; readonly bans: SharedBans }[];
  private readonly origins = new WeakMap<CachedObject, Origin>();

  constructor(storages: readonly Storage[], bans: BanList) {
    this.stores = storages
      .filter(isPersistent)
      .map((storage) => ({ storage, bans: new SharedBans(bans, storage) }));
  }

  get inUse(): boolean {
    return this.stores.length > 0;
  }

  /** Puts in order what is in memory of a head: what others have stored comes in, what they have removed goes. */
  restore(head: ObjHead): void {
    for (const { storage, bans } of this.stores) {
      bans.fetch();
      const stored = new Map(storage.find(head.key).map((found) => [found.id, found]));
      for (const object of head.objects) {
        const origin = this.origins.get(object);
        if (origin?.storage !== storage) continue;
        if (stored.delete(origin.id)) continue;
        object.dying = true;
        head.remove(object);
      }
      for (const found of [...stored.values()].reverse()) this.load(head, found, storage, bans);
    }
  }

  private load(head: ObjHead, found: StoredObject, storage: PersistentStorage, bans: SharedBans): void {
    const body = storage.body(found);
    if (!body) return;
    const object = objectOf(found.record);
    object.storage = storage;
    object.bansTested = bans.ownOf(found.record.bans);
    void object.body.append(body);
    object.body.end();
    object.setState("finished");
    object.isListed = true;
    this.origins.set(object, { storage, key: head.key, id: found.id });
    head.insert(object);
  }

  /** Stores an object that is complete. False: there is no room for it. */
  save(object: CachedObject, nukes: number): boolean {
    const { storage, head } = object;
    const store = this.stores.find((candidate) => candidate.storage === storage);
    const whole = object.body.whole;
    if (!store || !head || !whole) return false;
    const record = recordOf(object, store.bans.sharedOf(object.bansTested));
    const id = store.storage.save(head.key, record, whole, nukes);
    if (id === undefined) return false;
    this.origins.set(object, { storage: store.storage, key: head.key, id });
    return true;
  }

  /** What is known of the object has changed. */
  update(object: CachedObject): void {
    const origin = this.origins.get(object);
    const store = this.stores.find(({ storage }) => storage === origin?.storage);
    if (origin && store) {
      origin.storage.update(origin.key, origin.id, recordOf(object, store.bans.sharedOf(object.bansTested)));
    }
  }

  /** Whether the object is stored, so that it need not stay in memory. */
  has(object: CachedObject): boolean {
    return this.origins.has(object);
  }

  used(object: CachedObject): void {
    if (!this.inUse) return;
    const origin = this.origins.get(object);
    origin?.storage.used(origin.key, origin.id);
  }

  remove(object: CachedObject): void {
    if (!this.inUse) return;
    const origin = this.origins.get(object);
    origin?.storage.remove(origin.key, origin.id);
    this.origins.delete(object);
  }

  ban(words: readonly string[], time: number): void {
    for (const { bans } of this.stores) bans.add(words, time);
  }
}
