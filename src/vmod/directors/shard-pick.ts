import { healthOf, type Director, type Task } from "../../runtime/index.js";
import type { Ring } from "./ring.js";
import type { ShardMember } from "./shard-members.js";
import type { ResolvedShardValues } from "./shard-values.js";

interface ShardSetup {
  readonly members: readonly ShardMember[];
  readonly ring: Ring;
  /** Seconds; for members without their own. */
  readonly rampup: number;
  /** Takes the reasons of a choice between a member and its alternative. */
  readonly debug: ((text: string) => void) | undefined;
}

interface Candidate {
  readonly member: ShardMember;
  /** When it became healthy or sick. */
  readonly changed: number;
}

/** Walks the ring from a key, remembering the last healthy member that it passed over. */
class Walk {
  previous: Candidate | undefined;
  private readonly task: Task;
  private readonly members: readonly ShardMember[];
  private readonly order: Iterator<number, void>;

  constructor(task: Task, { members, ring }: ShardSetup, key: number) {
    this.task = task;
    this.members = members;
    this.order = ring.walk(key);
  }

  /** The next member after `skip` others; only healthy ones count where health is needed. */
  next(skip: number, needHealthy: boolean): Candidate | undefined {
    let left = skip;
    for (let step = this.order.next(); !step.done; step = this.order.next()) {
      const member = this.members[step.value];
      if (!member) continue;
      const { healthy, changed } = healthOf(member.backend, this.task);
      const candidate = { member, changed };
      if (healthy || !needHealthy) {
        if (left === 0) return candidate;
        left--;
      }
      if (healthy) this.previous = candidate;
    }
    return undefined;
  }
}

/** The member for a key: steps 1 to 4 of the reference's description of `.backend()`; warm-up is already the effective one. */
export function pickMember(
  task: Task,
  setup: ShardSetup,
  key: number,
  { alt, warmup, rampup, healthy }: Omit<ResolvedShardValues, "by" | "key">,
): Director | undefined {
  const walk = new Walk(task, setup, key);
  if (alt > 0 && !walk.next(alt - 1, healthy === "ALL")) return walk.previous?.member.backend;
  const chosen = walk.next(0, healthy !== "IGNORE");
  if (!chosen) return walk.previous?.member.backend;
  const isFinal = alt > 0 || healthy === "IGNORE" || (!rampup && warmup === 0);
  const alternative = isFinal ? undefined : walk.next(0, true);
  if (!alternative) return chosen.member.backend;
  const keep = staysWith(task, setup, chosen, alternative, { warmup, rampup });
  return (keep ? chosen : alternative).member.backend;
}

/** Whether the chosen member is kept, or its alternative takes the request to spare it or to get warm itself. */
function staysWith(
  task: Task,
  setup: ShardSetup,
  chosen: Candidate,
  alternative: Candidate,
  { warmup, rampup }: Pick<ResolvedShardValues, "warmup" | "rampup">,
): boolean {
  const duration = ({ member }: Candidate): number => member.rampup ?? setup.rampup;
  const elapsed = (candidate: Candidate): number => task.now - candidate.changed;
  const isRamping = (candidate: Candidate): boolean => elapsed(candidate) < duration(candidate);
  const show = (candidate: Candidate): string =>
    `${candidate.member.identity} rampup ${duration(candidate)} changed ${elapsed(candidate)}`;
  setup.debug?.(`chosen ${show(chosen)}, alternative ${show(alternative)}`);
  if (!isRamping(chosen)) return warmup === 0 || task.host.random() > warmup;
  if (!rampup || isRamping(alternative)) return true;
  return task.host.random() * duration(chosen) < elapsed(chosen);
}
