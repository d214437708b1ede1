import type { Host } from "../../runtime/index.js";

/** Seconds that requests may wait for work which is done where they are served. */
const longest = 0.004;

/** Long work in slices: requests have their turn in between. */
export class Pace {
  readonly #host: Host;
  #began: number;

  constructor(host: Host) {
    this.#host = host;
    this.#began = host.monotonic();
  }

  /** To be awaited between two steps. */
  async step(): Promise<void> {
    if (this.#host.monotonic() - this.#began < longest) return;
    await this.#host.turn?.();
    this.#began = this.#host.monotonic();
  }
}
