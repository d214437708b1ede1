import type { Director, Health, HousekeepingTask, Task } from "../../runtime/index.js";
import { Group, pickByWeight } from "./group.js";
import { hash32 } from "./hash32.js";

/** The member that a text stands for. It chooses at once: what `.backend()` answers with is a member, never the director itself. */
export class Hash extends Group {
  readonly kind = "hash";
  private readonly since: number;

  constructor(task: HousekeepingTask, vclName: string) {
    super(task, vclName);
    this.since = task.now;
  }

  static create(this: void, task: HousekeepingTask, vclName: string): Hash {
    return new Hash(task, vclName);
  }

  add_backend(_task: Task, backend: Director | undefined, weight: number): void {
    this.add(backend, weight);
  }

  remove_backend(_task: Task, backend: Director | undefined): void {
    this.remove(backend);
  }

  backend(task: Task, text: string | undefined): Director | undefined {
    return pickByWeight(this.list, hash32(text ?? "") / 2 ** 32, task);
  }

  /** As a director of its own it is never sick, and never yields a backend. */
  override health(): Health {
    return { healthy: true, changed: this.since };
  }

  resolve(): undefined {
    return undefined;
  }
}
