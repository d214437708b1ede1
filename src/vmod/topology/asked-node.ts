import {
  FetchFailure,
  type BackendResponse,
  type BackendTask,
  type ClientTask,
  type Director,
  type Endpoint,
  type Health,
  type RawConnection,
  type Task,
} from "../../runtime/index.js";
import type { Member } from "../svc/following-director.js";
import { noteHandler } from "./cdn-loop.js";
import type { TopologyDirector } from "./topology-director.js";

/** The node that one request goes to; while no connection comes about, the next one takes its place. */
export class AskedNode implements Director {
  readonly kind = "node";
  readonly #from: TopologyDirector;
  readonly #self: string;
  #member: Member;

  constructor(from: TopologyDirector, self: string, member: Member) {
    this.#from = from;
    this.#self = self;
    this.#member = member;
  }

  get vclName(): string {
    return this.#member.backend.vclName;
  }

  get endpoint(): Endpoint {
    return this.#member.backend.endpoint ?? { name: this.vclName };
  }

  health(task: Task | undefined): Health {
    return this.#member.backend.health(task);
  }

  fetch(task: BackendTask): Promise<BackendResponse> {
    return this.#ask(task, task.bereq, async (backend) => backend.fetch?.(task));
  }

  open(
    task: ClientTask,
    ...rest: [number?, Parameters<NonNullable<Director["open"]>>[2]?]
  ): Promise<RawConnection> {
    return this.#ask(task, task.bereq, async (backend) => backend.open?.(task, ...rest));
  }

  /** A failure before anything was sent costs the request nothing: the next node is asked. The last failure is the request's. */
  async #ask<Answer>(
    task: BackendTask | ClientTask,
    { http }: BackendTask["bereq"],
    ask: (backend: Director) => Promise<Answer | undefined>,
  ): Promise<Answer> {
    const tried = new Set<Member>();
    noteHandler(http, this.#self);
    for (;;) {
      const next = tried.size === 0 ? this.#member : this.#from.pick(task, tried);
      if (!next) throw new FetchFailure(`Director ${this.#from.vclName} returned no backend`);
      this.#member = next;
      tried.add(next);
      try {
        const answer = await ask(next.backend);
        if (answer !== undefined) return answer;
      } catch (error) {
        if (!(error instanceof FetchFailure) || !error.unsent) throw error;
        for (const { tag, text } of error.records) task.log(tag, text);
      }
    }
  }
}
