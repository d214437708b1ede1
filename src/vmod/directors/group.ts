import { VclFailure } from "../../runtime/values/failure.js";
import {
  healthOf,
  type Director,
  type DirectorDetails,
  type Health,
  type HousekeepingTask,
  type Task,
} from "../../runtime/index.js";

/** A backend or director in a group. The same one may be a member more than once. */
export interface Member {
  readonly backend: Director;
  readonly weight: number;
}

/** What round_robin, fallback, random and hash have in common: members, and health by "any member". */
export abstract class Group implements Director {
  readonly vclName: string;
  abstract readonly kind: string;
  protected readonly list: Member[] = [];
  private readonly created: number;

  constructor(task: HousekeepingTask, vclName: string) {
    this.vclName = vclName;
    this.created = task.now;
    task.addDirector(this);
  }

  /** Healthy when any member is; `changed` is the latest change among those that were asked. */
  health(task: Task | undefined): Health {
    return anyHealthy(this.members(), task, this.created);
  }

  settling(): Promise<unknown> | undefined {
    return anySettling(this.list);
  }

  members(): Iterable<Director> {
    return this.list.map(({ backend }) => backend);
  }

  /** Details with one column before the health. */
  protected detailed(
    column: string,
    cell: (member: Member, place: number) => readonly [text: string, json: object],
    json: object = {},
  ): DirectorDetails {
    const members = this.list.map((member, place) => {
      const [text, own] = cell(member, place);
      return { director: member.backend, cells: [text, ""], json: own };
    });
    return { heading: [column, "Health"], members, json };
  }

  fini(): void {
    for (const { backend } of this.list.splice(0)) backend.release?.();
  }

  protected add(backend: Director | undefined, weight = 1): void {
    if (!backend) throw new VclFailure(`${this.vclName}: None backend cannot be added`);
    backend.retain?.();
    this.list.push({ backend, weight });
  }

  /** Removes the first such member; its place, or -1. */
  protected remove(backend: Director | undefined): number {
    if (!backend) throw new VclFailure(`${this.vclName}: None backend cannot be removed`);
    const index = this.list.findIndex((member) => member.backend === backend);
    if (index >= 0) {
      this.list.splice(index, 1);
      backend.release?.();
    }
    return index;
  }
}

/** Until every member's health is known; undefined where it is. */
export function anySettling(
  members: readonly { readonly backend: Director }[],
): Promise<unknown> | undefined {
  let waits: Promise<unknown>[] | undefined;
  for (const { backend } of members) {
    const wait = backend.settling?.();
    if (wait) (waits ??= []).push(wait);
  }
  return waits && Promise.all(waits);
}

/** Asks members in order, up to the first healthy one. */
export function anyHealthy(members: Iterable<Director>, task: Task | undefined, created: number): Health {
  let changed = 0;
  for (const member of members) {
    const health = healthOf(member, task);
    changed = Math.max(changed, health.changed);
    if (health.healthy) return { healthy: true, changed };
  }
  return { healthy: false, changed: changed || created };
}

/** The healthy member in whose share of the weights `fraction` (0 ≤ x < 1) falls; none when there is no weight. */
export function pickByWeight(
  members: readonly Member[],
  fraction: number,
  task: Task | undefined,
): Director | undefined {
  const healthy = members.filter(({ backend }) => healthOf(backend, task).healthy);
  const total = healthy.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) return undefined;
  const place = fraction * total;
  let sum = 0;
  return healthy.find(({ weight }) => (sum += weight) > place)?.backend;
}
