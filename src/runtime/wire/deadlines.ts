import type { Host, TimerHandle } from "../host.js";

/** Something that must have happened by a time. */
export interface Deadline {
  /** When it expires, by the host's monotonic clock in seconds; Infinity: never. */
  at: number;
  /** Called once the time is over. It may set a new one. */
  readonly expire: () => void;
  /** The slot it waits in; kept by {@link Deadlines}. */
  slot: number;
}

/** Seconds that share a slot: time-outs are this much too late at most. */
const resolution = 0.02;

/**
 * The deadlines of all connections, with one timer of the host's between them. Moving a deadline further away, which is what every request
 * does, is one assignment: it is looked at again when the slot comes that it stood in.
 */
export class Deadlines {
  readonly #host: Host;
  readonly #slots = new Map<number, Set<Deadline>>();
  #timer: TimerHandle;
  #next = Infinity;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Seconds of a clock that only goes forward. */
  now(): number {
    return this.#host.monotonic();
  }

  /** Sets a deadline `seconds` from now. */
  in(deadline: Deadline, seconds: number): void {
    this.set(deadline, this.now() + seconds);
  }

  /** Sets a deadline; Infinity takes it away. */
  set(deadline: Deadline, at: number): void {
    deadline.at = at;
    if (at === Infinity) return;
    const slot = Math.ceil(at / resolution);
    if (deadline.slot <= slot) return;
    this.#leave(deadline);
    this.#enter(deadline, slot);
  }

  /** Takes a deadline away for good: nothing refers to it any more. */
  drop(deadline: Deadline): void {
    deadline.at = Infinity;
    this.#leave(deadline);
    if (this.#slots.size > 0 || this.#timer === undefined) return;
    this.#host.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#next = Infinity;
  }

  #enter(deadline: Deadline, slot: number): void {
    deadline.slot = slot;
    const members = this.#slots.get(slot);
    if (members) members.add(deadline);
    else this.#slots.set(slot, new Set([deadline]));
    if (slot < this.#next) this.#arm(slot);
  }

  #leave(deadline: Deadline): void {
    const members = this.#slots.get(deadline.slot);
    if (members?.delete(deadline) && members.size === 0) this.#slots.delete(deadline.slot);
    deadline.slot = Infinity;
  }

  #arm(slot: number): void {
    if (this.#timer !== undefined) this.#host.clearTimer(this.#timer);
    this.#next = slot;
    const wait = Math.max(0, slot * resolution - this.now());
    this.#timer = this.#host.setTimer(wait, () => this.#fire());
  }

  #fire(): void {
    this.#timer = undefined;
    this.#next = Infinity;
    const now = this.now();
    const due = [...this.#slots.keys()].filter((slot) => slot * resolution <= now + 1e-6);
    for (const slot of due.sort((a, b) => a - b)) {
      const members = this.#slots.get(slot) ?? [];
      this.#slots.delete(slot);
      for (const deadline of members) this.#look(deadline, now);
    }
    let first = Infinity;
    for (const slot of this.#slots.keys()) if (slot < first) first = slot;
    if (first < this.#next) this.#arm(first);
  }

  #look(deadline: Deadline, now: number): void {
    // An earlier one of the same slot may have set or dropped it.
    if (deadline.slot * resolution > now + 1e-6) return;
    deadline.slot = Infinity;
    if (deadline.at === Infinity) return;
    const slot = Math.ceil(deadline.at / resolution);
    if (slot * resolution > now + 1e-6) this.#enter(deadline, slot);
    else deadline.expire();
  }
}

/** A deadline that is not set yet. */
export function deadline(expire: () => void): Deadline {
  return { at: Infinity, expire, slot: Infinity };
}
