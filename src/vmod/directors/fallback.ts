import {
  healthOf,
  type Director,
  type DirectorDetails,
  type HousekeepingTask,
  type Task,
} from "../../runtime/index.js";
import { Group } from "./group.js";

/** The first healthy member; a sticky one stays where it is while that member is healthy. */
export class Fallback extends Group {
  readonly kind = "fallback";
  private readonly sticky: boolean;
  private current = 0;

  constructor(task: HousekeepingTask, vclName: string, sticky: boolean) {
    super(task, vclName);
    this.sticky = sticky;
  }

  static create(this: void, task: HousekeepingTask, vclName: string, sticky: boolean): Fallback {
    return new Fallback(task, vclName, sticky);
  }

  add_backend(_task: Task, backend: Director | undefined): void {
    this.add(backend);
  }

  remove_backend(_task: Task, backend: Director | undefined): void {
    const index = this.remove(backend);
    if (index >= 0 && index < this.current) this.current--;
    if (this.current >= this.list.length) this.current = 0;
  }

  backend(_task: Task): Director {
    return this;
  }

  details(): DirectorDetails {
    const cell = (_: unknown, place: number): readonly [string, object] => {
      const current = place === this.current;
      return [current ? "*" : "", { current }];
    };
    return this.detailed("Current", cell, { sticky: this.sticky });
  }

  /** Only those matter that come before the first healthy one: a standby that nobody knows yet keeps nobody waiting. */
  override settling(): Promise<unknown> | undefined {
    for (const { backend } of this.list) {
      const wait = backend.settling?.();
      if (wait || backend.health(undefined).healthy) return wait;
    }
    return undefined;
  }

  resolve(task: Task): Director | undefined {
    if (!this.sticky) this.current = 0;
    for (const _ of this.list) {
      const member = this.list[this.current];
      if (member && healthOf(member.backend, task).healthy) return member.backend;
      this.current = (this.current + 1) % this.list.length;
    }
    return undefined;
  }
}
