import {
  Backend,
  CountedDirector,
  type Director,
  type DirectorDetails,
  type Health,
  type Task,
} from "../../runtime/index.js";
import { rendezvous } from "./by-hash.js";
import { byWeight } from "./by-weight.js";
import type { Policy, ServiceConfig } from "./endpoint-config.js";
import type { FollowingDirector, Member } from "./following-director.js";

/**
 * The global director of one service. It stays the same object for as long as the service is in the file; what changes is inside, so
 * that every VCL that has bound it follows at once (S4-68).
 */
export class ServiceDirector extends CountedDirector implements FollowingDirector {
  readonly kind = "service";
  retired: () => void = () => undefined;
  #members: readonly Director[] = [];
  #weights: readonly number[] = [];
  #ranks: readonly number[] = [];
  #policy: Policy = "round_robin";
  /** Every member has the same weight and rank. */
  #isEven = true;
  /** Where the next turn begins, of members with the same weight. */
  #cursor = 0;
  /** What each member is owed, in turn by weight; kept while the members stay. */
  #owed: number[] = [];

  follow({ policy }: ServiceConfig, members: readonly Member[]): void {
    this.update(
      policy,
      members.map(({ backend }) => backend),
      members.map(({ endpoint }) => endpoint.weight ?? 1),
      members.map(({ endpoint }) => endpoint.rank ?? 0),
    );
  }

  /** Swaps the members, whose references it takes over, and gives the old ones back. */
  update(
    policy: Policy,
    members: readonly Director[],
    weights: readonly number[] = members.map(() => 1),
    ranks: readonly number[] = members.map(() => 0),
  ): void {
    const old = this.#members;
    this.#members = members;
    this.#weights = weights;
    this.#ranks = ranks;
    this.#policy = policy;
    this.#isEven =
      weights.every((weight) => weight > 0 && weight === weights[0]) &&
      ranks.every((rank) => rank === ranks[0]);
    this.#owed = members.map(() => 0);
    for (const member of old) member.release?.();
  }

  members(): Iterable<Director> {
    return this.#members;
  }

  /** For `backend.list -p`. */
  details(): DirectorDetails {
    return {
      heading: ["Weight", "Health"],
      members: this.#members.map((director, index) => {
        const weight = this.#weights[index] as number;
        return { director, cells: [String(weight), ""], json: { weight } };
      }),
      json: { policy: this.#policy },
    };
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

  /** A healthy endpoint of the lowest rank by the service's policy; undefined when none is healthy. One of weight 0 gets nothing. */
  resolve(task: Task): Director | undefined {
    const able = (index: number): boolean =>
      (this.#weights[index] ?? 0) > 0 && (this.#members[index] as Director).health(task).healthy;
    if (this.#policy === "fallback" && this.#isEven) return this.#firstFrom(0, able);
    // The first that is able: not all of a thousand members are asked for their health.
    if (this.#isEven && this.#policy === "round_robin") return this.#firstFrom(this.#cursor, able);
    if (this.#isEven && this.#policy === "random") {
      return this.#firstFrom(Math.floor(task.host.random() * this.#members.length), able);
    }
    const candidates = this.#nearest([...this.#members.keys()].filter(able));
    if (candidates.length <= 1) return this.#members[candidates[0] ?? -1];
    return this.#members[this.#pick(task, candidates)];
  }

  /** Those of the lowest rank among them. */
  #nearest(candidates: readonly number[]): readonly number[] {
    const rankOf = (index: number): number => this.#ranks[index] as number;
    const lowest = candidates.reduce((rank, index) => Math.min(rank, rankOf(index)), Infinity);
    return candidates.filter((index) => rankOf(index) === lowest);
  }

  #firstFrom(start: number, able: (index: number) => boolean): Director | undefined {
    const { length } = this.#members;
    for (let tried = 0; tried < length; tried++) {
      const index = (start + tried) % length;
      if (!able(index)) continue;
      this.#cursor = (index + 1) % length;
      return this.#members[index];
    }
    return undefined;
  }

  #pick(task: Task, candidates: readonly number[]): number {
    switch (this.#policy) {
      case "fallback":
        return candidates[0] as number;
      case "hash":
        return rendezvous(task, candidates, (index) => ({
          name: (this.#members[index] as Director).vclName,
          weight: this.#weights[index] as number,
        })) as number;
      case "least_connections":
        return this.#leastBusy(candidates);
      case "random": {
        const weightOf = (index: number): number => this.#weights[index] as number;
        return byWeight(candidates, weightOf, task.host.random()) ?? (candidates[0] as number);
      }
      default:
        return this.#inTurn(candidates);
    }
  }

  /** Each is owed its weight at every turn, and the one that is owed most pays all of them: turns are spread evenly. */
  #inTurn(candidates: readonly number[]): number {
    let best = candidates[0] as number;
    let sum = 0;
    for (const index of candidates) {
      const weight = this.#weights[index] as number;
      sum += weight;
      this.#owed[index] = (this.#owed[index] ?? 0) + weight;
      if (this.#owed[index] > (this.#owed[best] as number)) best = index;
    }
    this.#owed[best] = (this.#owed[best] ?? 0) - sum;
    return best;
  }

  #leastBusy(candidates: readonly number[]): number {
    const load = (index: number): number => {
      const member = this.#members[index];
      return (member instanceof Backend ? member.connections : 0) / (this.#weights[index] as number);
    };
    return candidates.reduce((best, index) => (load(index) < load(best) ? index : best));
  }

  protected retire(): void {
    this.update(this.#policy, []);
    this.retired();
  }
}
