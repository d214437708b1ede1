import type { Host, TimerHandle } from "../host.js";

/** Something that is due at a time, again and again. */
export interface Due {
  /** Its time has come. It is off the schedule and may put itself on again. */
  run(): void;
}

interface Entry {
  readonly due: Due;
  readonly at: number;
  /** Off the schedule, or on it again with another time. */
  void: boolean;
}

/** How many are run before other work gets its turn: each opens a connection. */
const atOnce = 8;

/**
 * When each backend is polled next: one heap and one timer for all of them (S2-46). What runs does not wait here, so a slow poll delays no
 * other (S2-47).
 */
export class PollSchedule {
  readonly #host: Host;
  /** A binary heap by time; an entry that was taken off stays, marked, until it comes up. */
  readonly #heap: Entry[] = [];
  readonly #entries = new Map<Due, Entry>();
  #timer: TimerHandle;
  #timerAt = Infinity;

  constructor(host: Host) {
    this.#host = host;
  }

  /** How many are on it. */
  get size(): number {
    return this.#entries.size;
  }

  /** Puts it on the schedule for a time (seconds since the epoch), or moves it there. */
  set(due: Due, at: number): void {
    this.#drop(due);
    const entry: Entry = { due, at, void: false };
    this.#entries.set(due, entry);
    this.#push(entry);
    this.#wake();
  }

  remove(due: Due): void {
    this.#drop(due);
    if (this.#entries.size === 0) this.#heap.length = 0;
    this.#wake();
  }

  #drop(due: Due): void {
    const entry = this.#entries.get(due);
    if (!entry) return;
    entry.void = true;
    this.#entries.delete(due);
  }

  /** Sets the one timer for the first that is due. */
  #wake(): void {
    while (this.#heap[0]?.void) this.#pop();
    const at = this.#heap[0]?.at ?? Infinity;
    if (at === this.#timerAt) return;
    if (this.#timerAt !== Infinity) this.#host.clearTimer(this.#timer);
    this.#timerAt = at;
    if (at !== Infinity) {
      this.#timer = this.#host.setTimer(Math.max(0, at - this.#host.now()), () => this.#run());
    }
  }

  #run(): void {
    this.#timerAt = Infinity;
    const now = this.#host.now();
    for (let count = 0; count < atOnce;) {
      const first = this.#heap[0];
      if (!first || (!first.void && first.at > now)) break;
      this.#pop();
      if (first.void) continue;
      this.#entries.delete(first.due);
      first.due.run();
      count += 1;
    }
    this.#wake();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as Entry).at <= entry.at) break;
      heap[at] = heap[parent] as Entry;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Entry).at < (heap[child] as Entry).at) child += 1;
      if ((heap[child] as Entry).at >= last.at) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = last;
  }
}
