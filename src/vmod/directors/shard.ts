import { VclFailure } from "../../runtime/values/failure.js";
import type { Blob, Director, DirectorDetails, Health, HousekeepingTask, Task } from "../../runtime/index.js";
import type { ShardAddBackendArgs, ShardBackendArgs, ShardRemoveBackendArgs } from "./directors.vcc.js";
import { anyHealthy, anySettling } from "./group.js";
import { hash32 } from "./hash32.js";
import { Ring } from "./ring.js";
import { applyChanges, rampupOf, type ShardChange, type ShardMember } from "./shard-members.js";
import { paramOf, type ShardParam } from "./shard-param.js";
import { pickMember } from "./shard-pick.js";
import {
  checkArguments,
  keyOf,
  resolveValues,
  shardText,
  type ResolvedShardValues,
  type ShardValues,
} from "./shard-values.js";

/** Bits of `.debug()`. */
const debugLookups = 1;
const debugRing = 2;
const debugChoice = 4;

/** What a task keeps for one director. */
interface TaskState {
  changes: ShardChange[];
  /** Arguments of an earlier `.backend(resolve=LAZY, …)`. */
  lazy?: ShardValues;
  /** The set that such a call named, in place of the associated one. */
  lazyParam?: ShardParam;
}

const defaultReplicas = 67;

/** Consistent hashing over a ring. */
export class Shard implements Director {
  readonly vclName: string;
  readonly kind = "shard";
  private readonly created: number;
  private list: readonly ShardMember[] = [];
  private ring = new Ring([]);
  private warmup = 0;
  private rampup = 0;
  private param: ShardParam | undefined;
  private debugBits = 0;

  constructor(task: HousekeepingTask, vclName: string) {
    this.vclName = vclName;
    this.created = task.now;
    task.addDirector(this);
  }

  static create(this: void, task: HousekeepingTask, vclName: string): Shard {
    return new Shard(task, vclName);
  }

  fini(): void {
    for (const { backend } of this.list) backend.release?.();
    this.list = [];
    this.ring = new Ring([]);
  }

  set_warmup(task: Task, probability: number): void {
    if (probability >= 0 && probability < 1) this.warmup = probability;
    else this.log(task, "Notice", `.set_warmup(${probability.toFixed(6)}) ignored`);
  }

  set_rampup(_task: Task, duration: number): void {
    if (duration < 0) throw new VclFailure(`${shardText(this.vclName)} .set_rampup() needs a duration`);
    this.rampup = duration;
  }

  associate(_task: Task, param: Blob | undefined): void {
    this.param = param && paramOf(param, `${shardText(this.vclName)} shard .associate`);
  }

  add_backend(task: Task, { backend, ident, rampup, weight = 1 }: ShardAddBackendArgs): boolean {
    if (!backend) throw new VclFailure(`${shardText(this.vclName)} None backend cannot be added`);
    if (!(weight >= 1)) this.log(task, "Notice", `.add_backend(weight=${weight.toFixed(6)}) taken as 1`);
    this.state(task).changes.push({
      kind: "add",
      backend,
      ident: ident === "" ? undefined : ident,
      rampup,
      weight: weight >= 1 ? weight : 1,
    });
    return true;
  }

  remove_backend(task: Task, { backend, ident }: ShardRemoveBackendArgs): boolean {
    if (!backend && ident === undefined) {
      throw new VclFailure(
        `${shardText(this.vclName)} .remove_backend(): either backend or ident are required`,
      );
    }
    this.state(task).changes.push({ kind: "remove", backend, ident });
    return true;
  }

  clear(task: Task): boolean {
    this.state(task).changes.push({ kind: "clear" });
    return true;
  }

  reconfigure(task: Task, replicas: number): boolean {
    if (replicas <= 0) {
      this.log(task, "Error", `.reconfigure() invalid replicas argument ${replicas}`);
      return false;
    }
    const changes = this.state(task).changes.splice(0);
    return changes.length === 0 || this.apply(task, changes, replicas);
  }

  key(_task: Task, text: string | undefined): number {
    return hash32(text ?? "");
  }

  debug(_task: Task, bits: number): void {
    this.debugBits = bits;
  }

  backend(task: Task, args: ShardBackendArgs): Director | undefined {
    const where = shardText(this.vclName);
    const isInit = task.kind === "housekeeping";
    const { resolve = isInit ? "LAZY" : "NOW", param, ...given } = args;
    const hasOthers = Object.keys(given).length > 0 || param !== undefined;
    if (resolve === "LAZY" && hasOthers) refuseElsewhere(task, where);
    const values = checkArguments(task, `${where} shard.backend()`, given);
    const set = "param" in args ? paramOf(param, `${where} .backend(key_blob)`) : undefined;
    if (resolve === "NOW") {
      if (isInit)
        throw new VclFailure(`${where} .backend(resolve=NOW) cannot be used in vcl_init{}/vcl_fini{}`);
      return this.pick(task, resolveValues([values, ...((set ?? this.param)?.levels(task) ?? [])]));
    }
    if (hasOthers) this.store(task, values, set);
    return this;
  }

  /** The choice of `resolve=LAZY`, by what the task stored and the parameters associated. */
  resolve(task: Task): Director | undefined {
    const { lazy, lazyParam } = this.state(task);
    return this.pick(task, resolveValues([lazy, ...((lazyParam ?? this.param)?.levels(task) ?? [])]));
  }

  /** Healthy when any member is. */
  health(task: Task | undefined): Health {
    return anyHealthy(this.members(), task, this.created);
  }

  settling(): Promise<unknown> | undefined {
    return anySettling(this.list);
  }

  members(): Iterable<Director> {
    return this.list.map(({ backend }) => backend);
  }

  details(now: number): DirectorDetails {
    const members = this.list.map((member) => {
      const [rampup, remaining] = rampupOf(member, this.rampup, now);
      const cells = [
        member.identity,
        "",
        `${(100 * rampup).toFixed(2).padStart(6)}%`,
        `${remaining.toFixed(3).padStart(8)}s`,
      ];
      return {
        director: member.backend,
        cells,
        json: { ident: member.identity, rampup, rampup_remaining: remaining },
      };
    });
    const json = { warmup: this.warmup, rampup_duration: this.rampup };
    return { heading: ["Ident", "Health", "Rampup", "Remaining"], members, json };
  }

  private store(task: Task, values: ShardValues, set: ShardParam | undefined): void {
    const state = this.state(task);
    state.lazy = values;
    if (set) state.lazyParam = set;
  }

  private pick(task: Task, values: ResolvedShardValues): Director | undefined {
    if (this.list.length === 0) {
      this.log(task, "Error", "no backends");
      return undefined;
    }
    const key = keyOf(task, values);
    const most = this.list.length - 1;
    if (values.alt > most) this.log(task, "Error", `.backend(alt=${values.alt}) limited to ${most}`);
    const { list: members, ring, rampup, warmup } = this;
    const debug = this.debugBits & debugChoice ? (text: string) => this.log(task, "Debug", text) : undefined;
    const picked = pickMember(task, { members, ring, rampup, debug }, key, {
      ...values,
      alt: Math.min(values.alt, most),
      warmup: values.warmup === -1 ? warmup : values.warmup,
    });
    if (this.debugBits & debugLookups) {
      this.log(task, "Debug", `lookup key ${key} alt ${values.alt} backend ${picked?.vclName ?? "none"}`);
    }
    return picked;
  }

  private apply(task: Task, changes: readonly ShardChange[], replicas: number): boolean {
    const before = this.list;
    this.list = applyChanges(before, changes, replicas, (text) => this.log(task, "Notice", text));
    for (const { backend } of this.list) backend.retain?.();
    for (const { backend } of before) backend.release?.();
    this.ring = new Ring(this.list);
    if (this.debugBits & debugRing) {
      for (const [point, owner] of this.ring.entries()) {
        const hex = point.toString(16).padStart(8, "0");
        this.log(task, "Debug", `hashcircle point = ${hex} host = ${this.list[owner]?.identity ?? ""}`);
      }
    }
    if (this.list.length === 0) this.log(task, "Error", ".reconfigure() no backends");
    return this.list.length > 0;
  }

  /** This task's changes and lazy arguments. What is still queued when the task ends is applied then. */
  private state(task: Task): TaskState {
    const priv = task.privTask(this);
    const known = priv.value as TaskState | undefined;
    if (known) return known;
    const state: TaskState = { changes: [] };
    priv.value = state;
    priv.fini = () => {
      if (state.changes.length > 0) this.apply(task, state.changes.splice(0), defaultReplicas);
    };
    return state;
  }

  private log(task: Task, tag: string, text: string): void {
    task.log(tag, `${shardText(this.vclName)} ${text}`);
  }
}

/** Arguments with LAZY hold for the task that fetches; elsewhere nothing would ever look at them. */
function refuseElsewhere(task: Task, where: string): void {
  if (task.kind === "backend" || task.method === "vcl_pipe") return;
  throw new VclFailure(
    `${where} .backend(resolve=LAZY) with other parameters can only be used in backend/pipe context`,
  );
}
