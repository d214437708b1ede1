import type { Host } from "../../runtime/index.js";

/** Seconds that requests may wait for work which is done where they are served. */
const longest = 0.004;

/** Work that can stop between two steps. */
export type Steps<Result> = Generator<undefined, Result>;

/** Does all of it at once. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

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

  /** Does work step by step. */
  async run<Result>(steps: Steps<Result>): Promise<Result> {
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      await this.step();
    }
  }
}
