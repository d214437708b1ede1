import { latin1Text, sha256, type BackendTask, type ClientTask, type Task } from "../../runtime/index.js";

/**
 * Rendezvous hashing of the object that the request is about: when one of them goes, only what it had goes elsewhere. Undefined where there is
 * nobody to pick.
 */
export function rendezvous<Item>(
  task: Task,
  items: readonly Item[],
  of: (item: Item) => { readonly name: string; readonly weight: number },
): Item | undefined {
  const key = items.length > 1 ? hashKeyOf(task) : "";
  let best = items[0];
  let highest = -1;
  for (const item of items) {
    const { name, weight } = of(item);
    const score = unitHash(`${key}\0${name}`) ** (1 / weight);
    if (score <= highest) continue;
    highest = score;
    best = item;
  }
  return best;
}

/** The object: by its hash where there is one, else by host and URL. */
function hashKeyOf(task: Task): string {
  if (task.kind !== "client" && task.kind !== "backend") return "";
  const { http, url, hash } = task.kind === "client" ? (task as ClientTask).req : (task as BackendTask).bereq;
  return hash ? latin1Text(hash.bytes) : `${http.get("host") ?? ""}${url}`;
}

/** A number from 0 to 1 that only depends on the text. */
function unitHash(text: string): number {
  const bytes = sha256(text);
  return (new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) + 0.5) / 2 ** 32;
}
