import { FetchFailure } from "../../backend/transport.js";
import type { Storage } from "../../cache/storage.js";
import type { FetchTask } from "../fetch-task.js";

/** Bytes that an object costs beside those of its head and body, as measured on 40,000 small ones. */
const bookkeeping = 2560;

/** What FetchError says of an object for which there is no room. */
export const noStorage = "Could not get storage";

/** Chooses the storage of an object whose head is complete, and has it take its bytes there (delivery 6.2). Throws a FetchFailure. */
export function placeObject(task: FetchTask): void {
  const { object, core } = task;
  const { transient } = core.storages;
  const storage = isForTransient(task) ? transient : core.storages.find(task.beresp.storage?.name ?? "");
  // A VMOD may have none to give.
  if (!storage) throw new FetchFailure(noStorage);
  if (!place(task, storage) && (storage === transient || !placeShortly(task)))
    throw new FetchFailure(noStorage);
  task.log("Storage", `${object.storage?.kind} ${object.storage?.name}`);
}

function isForTransient({ object, beresp, core }: FetchTask): boolean {
  if (beresp.uncacheable || object.isPrivate) {
    core.count("beresp_uncacheable");
    return true;
  }
  const { ttl, grace, keep } = beresp.freshness;
  if (ttl + grace + keep >= core.params.shortlived) return false;
  core.count("beresp_shortlived");
  return true;
}

function place({ core, object, nukes }: FetchTask, storage: Storage): boolean {
  object.headSize = bookkeeping + object.http.byteLength;
  return core.cache.place(object, storage, nukes);
}

/** Its storage is full: it is kept for a short time instead. */
function placeShortly(task: FetchTask): boolean {
  const { object, core } = task;
  object.ttl = Math.min(object.ttl, core.params.shortlived);
  object.grace = object.keep = 0;
  return place(task, core.storages.transient);
}
