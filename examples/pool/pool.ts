import { CountedDirector, VclFailure, type Director, type Health } from "vclc/runtime";
import type { HousekeepingTask, Task } from "vclc/runtime";

/** Picks the first member that is healthy. */
class FirstHealthy extends CountedDirector {
  readonly kind = "first_healthy";
  readonly #members: readonly Director[];

  constructor(name: string, members: readonly Director[]) {
    super(name);
    this.#members = members;
  }
  members(): readonly Director[] {
    return this.#members;
  }
  resolve(task: Task): Director | undefined {
    return this.#members.find((member) => member.health(task).healthy);
  }
  health(task: Task | undefined): Health {
    const all = this.#members.map((member) => member.health(task));
    return all.find(({ healthy }) => healthy) ?? { healthy: false, changed: 0 };
  }
  /** The last reference is gone: so are ours to the members. */
  protected retire(): void {
    for (const member of this.#members) member.release?.();
  }
}

export class Group {
  static async create(
    { control, registry }: HousekeepingTask,
    _vclName: string,
    name: string | undefined,
    endpoints: string | undefined,
  ): Promise<Group> {
    if (name === undefined || endpoints === undefined)
      throw new VclFailure("pool.group: no name or no endpoints");
    // A main VCL that is loaded again finds its directors as they are.
    if (registry.names().includes(name)) return new Group();
    const members: Director[] = [];
    for (const [index, endpoint] of endpoints.split(" ").entries()) {
      const [host = "", port = "80"] = endpoint.split(":");
      members.push(await control.addBackend(`${name}${index}`, { host, port }));
    }
    if (!registry.register(name, new FirstHealthy(name, members))) throw new VclFailure(`${name} is taken`);
    return new Group();
  }
}
