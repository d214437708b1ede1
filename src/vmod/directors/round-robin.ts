import {
  healthOf,
  type Director,
  type DirectorDetails,
  type HousekeepingTask,
  type Task,
} from "../../runtime/index.js";
import { Group } from "./group.js";

/** Members in turn. The cursor is shared by all requests. */
export class RoundRobin extends Group {
  readonly kind = "round-robin";
  private cursor = 0;

  static create(this: void, task: HousekeepingTask, vclName: string): RoundRobin {
    return new RoundRobin(task, vclName);
  }

  add_backend(_task: Task, backend: Director | undefined): void {
    this.add(backend);
  }

  remove_backend(_task: Task, backend: Director | undefined): void {
    this.remove(backend);
  }

  backend(_task: Task): Director {
    return this;
  }

  details(): DirectorDetails {
    return this.detailed("Weight", () => ["-", {}]);
  }

  /** The first healthy member from the cursor on, which moves past it. */
  resolve(task: Task): Director | undefined {
    const { length } = this.list;
    for (let tried = 0; tried < length; tried++) {
      const member = this.list[this.cursor % length];
      this.cursor = (this.cursor + 1) % length;
      if (member && healthOf(member.backend, task).healthy) return member.backend;
    }
    return undefined;
  }
}
