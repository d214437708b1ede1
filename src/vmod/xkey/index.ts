import type { HousekeepingTask, Priv, Task, VclEvent, WatchedObject } from "../../runtime/index.js";

/** Response headers that carry keys; the second is the one of xkey's predecessor. */
const headers = ["xkey", "x-hashtwo"];

function keysIn(text: string | undefined): readonly string[] {
  return text?.split(/[ \t,]+/).filter((key) => key !== "") ?? [];
}

/** Objects by the keys that they carry. */
class KeyIndex {
  /** VCLs that import the module. */
  users = 0;
  /** How often each object has the key. */
  private readonly objects = new Map<string, Map<WatchedObject, number>>();
  private readonly unwatch: () => void;

  /** Objects that were stored before are not in it. */
  constructor(task: HousekeepingTask) {
    this.unwatch = task.watchObjects({
      inserted: (object) => {
        for (const key of keysOf(object)) this.add(key, object);
      },
      removed: (object) => {
        for (const key of keysOf(object)) this.remove(key, object);
      },
    });
  }

  end(): void {
    this.unwatch();
  }

  /** The objects of each key in turn: one that has two of them, or one of them twice, comes twice. */
  matching(keys: readonly string[]): readonly WatchedObject[] {
    return keys.flatMap((key) =>
      [...(this.objects.get(key) ?? [])].flatMap(([object, times]) =>
        Array<WatchedObject>(times).fill(object),
      ),
    );
  }

  private add(key: string, object: WatchedObject): void {
    let objects = this.objects.get(key);
    if (!objects) this.objects.set(key, (objects = new Map<WatchedObject, number>()));
    objects.set(object, (objects.get(object) ?? 0) + 1);
  }

  private remove(key: string, object: WatchedObject): void {
    const objects = this.objects.get(key);
    objects?.delete(object);
    if (objects?.size === 0) this.objects.delete(key);
  }
}

function keysOf({ http }: WatchedObject): readonly string[] {
  return headers.flatMap((name) => http.all(name)).flatMap(keysIn);
}

/** By the host of the instance. */
const instances = new WeakMap<object, KeyIndex>();

/** The xkey VMOD; xkey.vcc says what each function does. */
export function purge(task: Task, keys: string | undefined): number {
  const objects = instances.get(task.host)?.matching(keysIn(keys)) ?? [];
  for (const object of objects) object.purge();
  return objects.length;
}

export function softpurge(task: Task, keys: string | undefined): number {
  const objects = instances.get(task.host)?.matching(keysIn(keys)) ?? [];
  return objects.filter((object) => object.soften(task.now)).length;
}

export function event(task: HousekeepingTask, _priv: Priv, what: VclEvent): void {
  const index = instances.get(task.host);
  if (what === "load") {
    const used = index ?? new KeyIndex(task);
    instances.set(task.host, used);
    used.users++;
  } else if (what === "discard" && index && --index.users === 0) {
    index.end();
    instances.delete(task.host);
  }
}
