import {
  CountedDirector,
  type BackendTask,
  type ClientTask,
  type Director,
  type DirectorDetails,
  type Health,
  type Task,
} from "../../runtime/index.js";
import { rendezvous } from "../svc/by-hash.js";
import type { ServiceConfig } from "../svc/endpoint-config.js";
import type { FollowingDirector, Member } from "../svc/following-director.js";
import { AskedNode } from "./asked-node.js";
import { handlersOf } from "./cdn-loop.js";

/** The director of a topology, as one node has it: whom to ask behind it. topology.vcc says how it picks. */
export class TopologyDirector extends CountedDirector implements FollowingDirector {
  readonly kind = "topology";
  retired: () => void = () => undefined;
  readonly #self: string;
  /** The nearest first. */
  #members: readonly Member[] = [];

  /** `self` is the name of this node. */
  constructor(vclName: string, self: string) {
    super(vclName);
    this.#self = self;
  }

  follow(_service: ServiceConfig, members: readonly Member[]): void {
    const old = this.#members;
    this.#members = members.toSorted((a, b) => rankOf(a) - rankOf(b));
    for (const { backend } of old) backend.release?.();
  }

  members(): Iterable<Director> {
    return this.#members.map(({ backend }) => backend);
  }

  /** Healthy when any node behind this one is. */
  health(task: Task | undefined): Health {
    const all = this.#members.map(({ backend }) => backend.health(task));
    return {
      healthy: all.some(({ healthy }) => healthy),
      changed: all.reduce((latest, { changed }) => Math.max(latest, changed), 0),
    };
  }

  /** Whom to ask now. Undefined when nobody is healthy who has not handled the request already. */
  resolve(task: Task): Director | undefined {
    const member = this.pick(task, new Set());
    return member && new AskedNode(this, this.#self, member);
  }

  /** The best node that is none of those. */
  pick(task: Task, tried: ReadonlySet<Member>): Member | undefined {
    const handlers = handlersBefore(task);
    const able = (member: Member): boolean =>
      !tried.has(member) &&
      !handlers.has(member.endpoint.node ?? "") &&
      (member.endpoint.weight ?? 1) > 0 &&
      member.backend.health(task).healthy;
    const first = this.#members.find(able);
    if (!first) return undefined;
    const near = this.#members.filter((member) => rankOf(member) === rankOf(first) && able(member));
    return rendezvous(task, near, ({ endpoint: { node = "", weight = 1 } }) => ({ name: node, weight }));
  }

  /** For `backend.list -p`: how far away each node is. */
  details(): DirectorDetails {
    return {
      heading: ["Rank", "Weight", "Health"],
      members: this.#members.map(({ backend, endpoint: { rank = 0, weight = 1 } }) => ({
        director: backend,
        cells: [String(rank), String(weight), ""],
        json: { rank, weight },
      })),
      json: { node: this.#self },
    };
  }

  protected retire(): void {
    for (const { backend } of this.#members) backend.release?.();
    this.#members = [];
    this.retired();
  }
}

const rankOf = ({ endpoint }: Member): number => endpoint.rank ?? 0;

/** The nodes that the request has been at, by what it said as it came. */
function handlersBefore(task: Task): ReadonlySet<string> {
  if (task.kind === "backend") return handlersOf((task as BackendTask).bereq.http);
  return task.kind === "client" ? handlersOf((task as ClientTask).req.http) : new Set();
}
