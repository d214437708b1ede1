import type { Policies } from "../test/policy.js";
import { changesOf } from "./compare.js";
import type { Recording } from "./recording.js";
import { replayPolicy } from "./replay-policy.js";
import type { Comparison, Share } from "./report-replay.js";

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
  const asLogged = { status: new LoggedShare(), hit: new LoggedShare() };
  const differences = requests.flatMap((request, index) => {
    const [one, other] = [first.outcomes[index], second.outcomes[index]];
    if (!one || !other) return [];
    asLogged.status.note(request.line, request.status, one.status);
    asLogged.hit.note(request.line, request.isHit, one.cache === "hit");
    const changes = changesOf(one, other);
    return changes.length > 0 ? [{ request, changes }] : [];
  });
  return {
    ...{ log: path, requests: requests.length, differences, leftOut },
    ...{ asLogged, unknown: first.unknown + second.unknown },
  };
}

class LoggedShare implements Share {
  same = 0;
  known = 0;
  readonly otherLines: number[] = [];

  note<Value>(line: number, logged: Value | undefined, got: Value): void {
    if (logged === undefined) return;
    this.known++;
    if (logged === got) this.same++;
    else this.otherLines.push(line);
  }
}
