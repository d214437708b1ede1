import type { Host } from "../../../runtime/index.js";

/** Seconds before the first repetition, and at most. */
const first = 0.5;
const most = 30;

/** How long to wait before something that failed is tried again: longer each time, and never as long as everybody else waits. */
export class BackOff {
  readonly #host: Host;
  #failures = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  reset(): void {
    this.#failures = 0;
  }

  /** Seconds, from half of what it could be on. */
  next(): number {
    const seconds = Math.min(most, first * 2 ** this.#failures++);
    return seconds * (0.5 + this.#host.random() / 2);
  }
}
