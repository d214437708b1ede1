import type { Host } from "../host.js";
import type { StreamError } from "../wire/byte-stream.js";
import type { ConnectionPool } from "../wire/connection-pool.js";
import { ConnectionSlots } from "./connection-slots.js";
import { HealthHistory } from "./health-history.js";
import type { Identity } from "./identity.js";
import type { Due, PollSchedule } from "./poll-schedule.js";
import type { PollResult, PollSpecification } from "./poll-specification.js";
import { SaintList } from "./saint-list.js";

/** What an operator said about a backend's health (`backend.set_health`); `auto` leaves it to the probe. */
export type AdminHealth = "auto" | "healthy" | "sick";

/** A VCL's backend, or a global one, as the state that it shares sees it. */
export interface BackendReference {
  /** `VCL.NAME`, or `global.NAME`. */
  readonly fullName: string;
  /** Whether it may poll: a cold VCL holds no sockets. */
  readonly warm: boolean;
  /** Undefined when it has no probe. */
  readonly pollSpecification: PollSpecification | undefined;
}

/** Which counter has the connections that fail, by the number of the system's error. */
const failCounters: ReadonlyMap<number, keyof SharedBackend["counters"]> = new Map([
  [1, "fail_eacces"],
  [13, "fail_eacces"],
  [99, "fail_eaddrnotavail"],
  [101, "fail_enetunreach"],
  [110, "fail_etimedout"],
  [111, "fail_econnrefused"],
] as const);

/**
 * What every VCL backend of one identity has in common (S2-08…S2-12): health and its history, what the operator said, the saint list, connections
 * and counters. It lives as long as somebody refers to it; at most one of them, the poller, has its probe run.
 */
export class SharedBackend implements Due {
  readonly identity: Identity;
  readonly saints = new SaintList();
  readonly slots: ConnectionSlots;
  /** Its idle connections. The identity has everything that makes one connection differ from another. */
  readonly pool: ConnectionPool;
  /** By Varnish's names. */
  readonly counters = {
    req: 0,
    unhealthy: 0,
    busy: 0,
    fail: 0,
    fail_eacces: 0,
    fail_eaddrnotavail: 0,
    fail_econnrefused: 0,
    fail_enetunreach: 0,
    fail_etimedout: 0,
    fail_other: 0,
    helddown: 0,
    bereq_hdrbytes: 0,
    bereq_bodybytes: 0,
    beresp_hdrbytes: 0,
    beresp_bodybytes: 0,
  };
  /** When the first one referred to it, in seconds since the epoch. */
  readonly since: number;
  readonly #host: Host;
  readonly #schedule: PollSchedule;
  readonly #references = new Set<BackendReference>();
  #admin: AdminHealth = "auto";
  #adminChanged = 0;
  #poller: BackendReference | undefined;
  #history: HealthHistory | undefined;
  /** Counts the times that polling began or ended, so that a poll which is under way at an end changes nothing. */
  #round = 0;
  /** Whose poll is under way. */
  #polling: PollSpecification | undefined;
  /** When the last poll began. */
  #polled = -Infinity;

  constructor(identity: Identity, host: Host, schedule: PollSchedule, pool: ConnectionPool) {
    this.identity = identity;
    this.slots = new ConnectionSlots(host);
    this.pool = pool;
    this.since = host.now();
    this.#host = host;
    this.#schedule = schedule;
  }

  /** `b1(127.0.0.1:8080)`: how it is written everywhere. */
  get fullForm(): string {
    return this.identity.fullForm;
  }

  /** Who refers to it, in the order they came (S2-45). */
  get references(): readonly BackendReference[] {
    return [...this.#references];
  }

  /** Who has its probe run now. */
  get poller(): BackendReference | undefined {
    return this.#poller;
  }

  /** What polls found out; undefined when nobody who refers to it ever had a probe. */
  get history(): HealthHistory | undefined {
    return this.#history;
  }

  get admin(): AdminHealth {
    return this.#admin;
  }

  /** Seconds since the epoch; 0 when the operator never said anything. */
  get adminChanged(): number {
    return this.#adminChanged;
  }

  /** `backend.set_health` */
  setHealth(admin: AdminHealth): void {
    this.#admin = admin;
    this.#adminChanged = this.#host.now();
    this.slots.review();
  }

  /** No connection came about; `error` is the system's, where it was that. */
  connectFailed(error: StreamError | undefined): void {
    this.counters.fail += 1;
    if (!error) return;
    this.counters[failCounters.get(error.errno) ?? "fail_other"] += 1;
    this.pool.failed(error);
  }

  /** Somebody begins to refer to it. */
  join(reference: BackendReference): void {
    this.#references.add(reference);
    const { pollSpecification } = reference;
    if (pollSpecification) this.#history ??= new HealthHistory(pollSpecification.settings, this.#host.now());
    this.warmed(reference);
  }

  /** Somebody ends referring to it. True when nobody is left. */
  leave(reference: BackendReference): boolean {
    this.#references.delete(reference);
    this.cooled(reference);
    return this.#references.size === 0;
  }

  /** It may poll now, and does where nobody else does. */
  warmed(reference: BackendReference): void {
    if (!this.#poller && canPoll(reference)) this.#handTo(reference);
  }

  /** It must not poll any more: the newest of those who can takes over, and the history goes on (S2-42). */
  cooled(reference: BackendReference): void {
    if (reference !== this.#poller) return;
    this.#handTo(this.references.findLast((other) => other !== reference && canPoll(other)));
  }

  /** Its VCL became the active one: the polls are its own from now on (S2-41). */
  prefer(reference: BackendReference): void {
    if (reference !== this.#poller && canPoll(reference)) this.#handTo(reference);
  }

  /** Called by the schedule. */
  run(): void {
    const specification = this.#poller?.pollSpecification;
    if (!specification) return;
    const now = this.#host.now();
    this.#schedule.set(this, now + specification.settings.interval);
    // The one before has not ended yet: its time is longer than the interval.
    if (this.#polling === specification) return;
    const round = this.#round;
    this.#polling = specification;
    this.#polled = now;
    void specification.poll(this.#host).then((result) => this.#note(specification, result, round));
  }

  #handTo(reference: BackendReference | undefined): void {
    const idle = !this.#poller;
    this.#poller = reference;
    const specification = reference?.pollSpecification;
    if (!specification) {
      this.#round += 1;
      this.#polling = undefined;
      this.#schedule.remove(this);
      return;
    }
    const { settings } = specification;
    const now = this.#host.now();
    if (idle) {
      this.#round += 1;
      this.#history?.restart(settings, now);
      this.#schedule.set(this, now);
    } else {
      this.#log(this.#history?.judge(settings, reference.fullName, now));
      this.#schedule.set(this, Math.max(now, this.#polled + settings.interval));
    }
  }

  /** A poll counts also when its VCL is the poller no longer, but not when there was none meanwhile. */
  #note(specification: PollSpecification, result: PollResult, round: number): void {
    if (round !== this.#round) return;
    if (this.#polling === specification) this.#polling = undefined;
    this.#log(this.#history?.add(result, this.#host.now()));
    this.slots.review();
  }

  #log(text: string | undefined): void {
    if (text !== undefined) this.#host.log.record(0, "Backend_health", `${this.fullForm} ${text}`);
  }
}

function canPoll({ warm, pollSpecification }: BackendReference): boolean {
  return warm && pollSpecification !== undefined;
}
