import type { StoredBodyFacts } from "../body/filter-kind.js";
import { HttpHeaders } from "../http/index.js";
import { CachedObject } from "./cached-object.js";
import type { VarySpec } from "./vary.js";

/** Everything about an object but its body, as plain data. */
export interface ObjectRecord {
  readonly xid: number;
  readonly proto: string;
  readonly status: number;
  readonly reason: string;
  readonly lines: readonly string[];
  readonly lowers: readonly string[];
  readonly facts: StoredBodyFacts;
  readonly origin: number;
  readonly ttl: number;
  readonly grace: number;
  readonly keep: number;
  readonly revalidatable: boolean;
  readonly vary: VarySpec | undefined;
  /** The number, among the bans of its storage, of the newest one that does not cover it. */
  readonly bans: number;
}

export function recordOf(object: CachedObject, bans: number): ObjectRecord {
  const { xid, proto, status, reason, http, facts, origin, ttl, grace, keep, revalidatable, vary } = object;
  const { lines, lowers } = http.fieldLines;
  return {
    ...{
      xid,
      proto,
      status,
      reason,
      lines,
      lowers,
      facts,
      origin,
      ttl,
      grace,
      keep,
      revalidatable,
      vary,
      bans,
    },
  };
}

/** The object again, without its body. */
export function objectOf(record: ObjectRecord): CachedObject {
  const object = new CachedObject();
  const { xid, proto, status, reason, facts, origin, ttl, grace, keep, revalidatable, vary } = record;
  Object.assign(object, { xid, proto, status, reason, facts, origin, ttl, grace, keep, revalidatable, vary });
  object.http = HttpHeaders.from(record);
  object.http.freeze();
  return object;
}
