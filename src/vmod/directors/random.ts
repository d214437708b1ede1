import type { Director, HousekeepingTask, Task } from "../../runtime/index.js";
import { Group, pickByWeight } from "./group.js";

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

  resolve(task: Task): Director | undefined {
    return pickByWeight(this.list, task.host.random(), task);
  }
}
