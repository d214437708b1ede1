import { healthOf, type Director } from "../../runtime/index.js";

export interface ShardMember {
  readonly backend: Director;
  readonly ident: string | undefined;
  /** What the ring knows it by: ident, else the backend's name. */
  readonly identity: string;
  /** Seconds; undefined is the director's. */
  readonly rampup: number | undefined;
  readonly replicas: number;
}

export type ShardChange =
  | { readonly kind: "clear" }
  | {
      readonly kind: "add";
      readonly backend: Director;
      readonly ident: string | undefined;
      readonly rampup: number | undefined;
      readonly weight: number;
    }
  | { readonly kind: "remove"; readonly backend: Director | undefined; readonly ident: string | undefined };

/** How far a member has come in its ramp-up, from 0 to 1, and the seconds that are left. */
export function rampupOf(
  { backend, rampup }: ShardMember,
  standard: number,
  now: number,
): readonly [share: number, remaining: number] {
  const { healthy, changed } = healthOf(backend, undefined);
  if (!healthy) return [0, 0];
  const duration = rampup ?? standard;
  const remaining = Math.max(0, changed + duration - now);
  return remaining > 0 ? [1 - remaining / duration, remaining] : [1, 0];
}

/** Makes queued changes to a list of members. Members stay as they are; new ones get `replicas` times their weight. */
export function applyChanges(
  before: readonly ShardMember[],
  changes: readonly ShardChange[],
  replicas: number,
  notice: (text: string) => void,
): readonly ShardMember[] {
  const cleared = changes.findLastIndex(({ kind }) => kind === "clear");
  let members = cleared >= 0 ? [] : [...before];
  for (const change of changes.slice(cleared + 1)) {
    if (change.kind === "add") {
      const identity = change.ident ?? change.backend.vclName;
      if (members.some((member) => member.identity === identity)) {
        notice(`backend ${identity} already exists - skipping`);
        continue;
      }
      const { backend, ident, rampup, weight } = change;
      members.push({ backend, ident, identity, rampup, replicas: Math.floor(replicas * weight) });
    } else if (change.kind === "remove") {
      const { backend, ident } = change;
      members = members.filter((member) =>
        ident !== undefined ? member.identity !== ident : member.backend !== backend,
      );
    }
  }
  return members;
}
