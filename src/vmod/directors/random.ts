import {
  healthOf,
  type Director,
  type DirectorDetails,
  type HousekeepingTask,
  type Task,
} from "../../runtime/index.js";
import { Group, pickByWeight, type Member } from "./group.js";

/** Members at random, by weight. */
export class Random extends Group {
  readonly kind = "random";

  static create(this: void, task: HousekeepingTask, vclName: string): Random {
    return new Random(task, vclName);
  }

  add_backend(_task: Task, backend: Director | undefined, weight: number): void {
    this.add(backend, weight);
  }

  remove_backend(_task: Task, backend: Director | undefined): void {
    this.remove(backend);
  }

  backend(_task: Task): Director {
    return this;
  }

  /** The weights that count now: those of healthy members. */
  details(): DirectorDetails {
    const counting = ({ backend, weight }: Member): number =>
      healthOf(backend, undefined).healthy ? weight : 0;
    const total = this.list.reduce((sum, member) => sum + counting(member), 0);
    const cell = (member: Member): readonly [string, object] => {
      const weight = counting(member);
      const share = total > 0 ? (100 * weight) / total : 0;
      return [`${share.toFixed(2).padStart(6)}%`, { weight }];
    };
    return this.detailed("Weight", cell, { total_weight: total });
  }

  resolve(task: Task): Director | undefined {
    return pickByWeight(this.list, task.host.random(), task);
  }
}
