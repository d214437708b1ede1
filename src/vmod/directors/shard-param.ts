import { VclFailure } from "../../runtime/values/failure.js";
import type { Blob, HousekeepingTask, Task } from "../../runtime/index.js";
import type { ShardParamSetArgs } from "./directors.vcc.js";
import {
  checkArguments,
  keyOf,
  resolveValues,
  shardText,
  type ResolvedShardValues,
  type ShardValues,
} from "./shard-values.js";

/** The sets behind the handles that `.use()` gave out. */
const handles = new WeakMap<Blob, ShardParam>();

/** A set of parameters for shard directors: values of the VCL, and in a task others in front of them. */
export class ShardParam {
  private readonly vclName: string;
  private ofVcl: ShardValues = {};
  private readonly handle: Blob = { bytes: new Uint8Array(), type: "directors.shard_param" };

  constructor(vclName: string) {
    this.vclName = vclName;
    handles.set(this.handle, this);
  }

  static create(this: void, _task: HousekeepingTask, vclName: string): ShardParam {
    return new ShardParam(vclName);
  }

  clear(task: Task): void {
    this.store(task, {});
  }

  set(task: Task, args: ShardParamSetArgs): void {
    this.store(task, checkArguments(task, `${shardText(this.vclName)} shard_param.set()`, args));
  }

  use(_task: Task): Blob {
    return this.handle;
  }

  get_by(task: Task): string {
    return this.effective(task).by;
  }

  get_key(task: Task): number {
    return keyOf(task, this.effective(task));
  }

  get_alt(task: Task): number {
    return this.effective(task).alt;
  }

  get_warmup(task: Task): number {
    return this.effective(task).warmup;
  }

  get_rampup(task: Task): boolean {
    return this.effective(task).rampup;
  }

  get_healthy(task: Task): string {
    return this.effective(task).healthy;
  }

  /** The task's values, then the VCL's. */
  levels(task: Task): readonly (ShardValues | undefined)[] {
    return [task.privTask(this).value as ShardValues | undefined, this.ofVcl];
  }

  private effective(task: Task): ResolvedShardValues {
    return resolveValues(this.levels(task));
  }

  private store(task: Task, values: ShardValues): void {
    if (task.kind === "housekeeping") this.ofVcl = values;
    else task.privTask(this).value = values;
  }
}

/** The set behind a handle; fails the VCL for any other blob. */
export function paramOf(blob: Blob | undefined, where: string): ShardParam {
  const found = blob && handles.get(blob);
  if (!found) throw new VclFailure(`${where} param invalid`);
  return found;
}
