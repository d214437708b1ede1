import type { ObjHead } from "./objhead.js";

/** Seconds, from the moment of the purge for `ttl`; undefined leaves a time as it is. */
export interface PurgeTimes {
  readonly ttl: number;
  readonly grace: number | undefined;
  readonly keep: number | undefined;
}

/** Shortens the times of every object of a head that is not being fetched, never makes one longer. Answers how many objects there are. */
export function reduceTimes(head: ObjHead, now: number, { ttl, grace, keep }: PurgeTimes): number {
  let count = 0;
  for (const object of head.objects) {
    if (object.state === "busy" || object.dying) continue;
    object.ttl = Math.min(object.ttl, now + ttl - object.origin);
    if (grace !== undefined) object.grace = Math.min(object.grace, grace);
    if (keep !== undefined) object.keep = Math.min(object.keep, keep);
    count++;
  }
  return count;
}
