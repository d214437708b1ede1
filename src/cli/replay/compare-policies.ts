import type { Policies } from "../test/policy.js";
import { changesOf } from "./compare.js";
import type { Recording } from "./recording.js";
import { replayPolicy } from "./replay-policy.js";
import type { Comparison } from "./report-replay.js";

/** Replays a log through two policies, one after the other. Rejects with a PolicyFailure where one does not load. */
export async function comparePolicies(
  path: string,
  recording: Recording,
  old: Policies,
  now: Policies,
): Promise<Comparison> {
  const { requests, leftOut } = recording;
  const first = await replayPolicy(recording, old);
  const second = await replayPolicy(recording, now);
  const asLogged = { status: { same: 0, known: 0 }, hit: { same: 0, known: 0 } };
  const differences = requests.flatMap((request, index) => {
    const [one, other] = [first.outcomes[index], second.outcomes[index]];
    if (!one || !other) return [];
    note(asLogged.status, request.status, one.status);
    note(asLogged.hit, request.isHit, one.cache === "hit");
    const changes = changesOf(one, other);
    return changes.length > 0 ? [{ request, changes }] : [];
  });
  return {
    ...{ log: path, requests: requests.length, differences, leftOut },
    ...{ asLogged, unknown: first.unknown + second.unknown },
  };
}

function note<Value>(share: { same: number; known: number }, logged: Value | undefined, got: Value): void {
  if (logged === undefined) return;
  share.known++;
  if (logged === got) share.same++;
}
