import { CountedDirector, type Director, type Health, type Task } from "../../runtime/index.js";
import type { Policy } from "./endpoint-config.js";

/**
 * The global director of one service. It stays the same object for as long as the service is in the file; what changes is inside, so
 * that every VCL that has bound it follows at once (S4-68).
 */
export class ServiceDirector extends CountedDirector {
  readonly kind = "service";
  #members: readonly Director[] = [];
  #policy: Policy = "round_robin";
  #cursor = 0;

  /** Swaps the members, whose references it takes over, and gives the old ones back. */
  update(policy: Policy, members: readonly Director[]): void {
    const old = this.#members;
    this.#members = members;
    this.#policy = policy;
    for (const member of old) member.release?.();
  }

  members(): Iterable<Director> {
    return this.#members;
  }

  /** Healthy when any endpoint is. */
  health(task: Task | undefined): Health {
    let changed = 0;
    let healthy = false;
    for (const member of this.#members) {
      const health = member.health(task);
      changed = Math.max(changed, health.changed);
      healthy ||= health.healthy;
    }
    return { healthy, changed };
  }

  /** A healthy endpoint by the service's policy; undefined when none is healthy. */
  resolve(task: Task): Director | undefined {
    if (this.#policy === "fallback") return this.#members.find((member) => member.health(task).healthy);
    const { length } = this.#members;
    const start = this.#policy === "random" ? Math.floor(task.host.random() * length) : this.#cursor;
    for (let tried = 0; tried < length; tried++) {
      const index = (start + tried) % length;
      const member = this.#members[index];
      if (!member?.health(task).healthy) continue;
      this.#cursor = (index + 1) % length;
      return member;
    }
    return undefined;
  }

  protected retire(): void {
    this.update(this.#policy, []);
  }
}
