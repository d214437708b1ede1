import type { Host } from "../host.js";
import type { Parameters } from "../parameters.js";
import { ConnectionPool } from "../wire/connection-pool.js";
import type { Deadlines } from "../wire/deadlines.js";
import type { Identity } from "./identity.js";
import { PollSchedule } from "./poll-schedule.js";
import { SharedBackend, type BackendReference } from "./shared-backend.js";

/** Every shared backend of an instance, by full form, and the one schedule of their polls. */
export class SharedBackends {
  readonly schedule: PollSchedule;
  readonly #host: Host;
  readonly #params: Parameters;
  readonly #deadlines: Deadlines;
  readonly #backends = new Map<string, SharedBackend>();

  constructor(host: Host, params: Parameters, deadlines: Deadlines) {
    this.#host = host;
    this.#params = params;
    this.#deadlines = deadlines;
    this.schedule = new PollSchedule(host);
  }

  /** Those that somebody refers to, in the order they came. */
  [Symbol.iterator](): IterableIterator<SharedBackend> {
    return this.#backends.values();
  }

  /** The state for an identity, which `reference` refers to from now on. */
  join(identity: Identity, reference: BackendReference): SharedBackend {
    let shared = this.#backends.get(identity.fullForm);
    if (!shared) {
      const pool = new ConnectionPool(this.#deadlines, () => this.#params.backend_idle_timeout);
      shared = new SharedBackend(identity, this.#host, this.schedule, pool);
      this.#backends.set(identity.fullForm, shared);
    }
    shared.join(reference);
    return shared;
  }

  /** `reference` refers to it no longer. With the last one it retires: no polls, no idle connections, no counters (S2-43). */
  leave(shared: SharedBackend, reference: BackendReference): void {
    if (!shared.leave(reference) || this.#backends.get(shared.fullForm) !== shared) return;
    this.#backends.delete(shared.fullForm);
    shared.pool.close();
  }

  /** Counters by Varnish's names with the full form: `VBE.b1(127.0.0.1:8080).req` … */
  counters(): ReadonlyMap<string, number> {
    const counters = new Map<string, number>();
    for (const { fullForm, counters: counts, slots } of this) {
      counters.set(`VBE.${fullForm}.conn`, slots.used);
      for (const [name, value] of Object.entries(counts)) counters.set(`VBE.${fullForm}.${name}`, value);
    }
    return counters;
  }
}
