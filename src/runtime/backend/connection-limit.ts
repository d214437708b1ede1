import type { Host } from "../host.js";

/** The right to one connection. Freeing twice counts once. */
export interface Slot {
  free(): void;
}

/** `max_connections` of one backend, and the queue of those who wait (`wait_limit`, `wait_timeout` in seconds). */
export class ConnectionLimit {
  readonly #host: Host;
  readonly #limit: number;
  readonly #waitLimit: number;
  readonly #waitTimeout: number;
  readonly #waiting: ((slot: Slot | undefined) => void)[] = [];
  #used = 0;

  /** `limit` 0: none. */
  constructor(host: Host, limit: number, waitLimit: number, waitTimeout: number) {
    this.#host = host;
    this.#limit = limit;
    this.#waitLimit = waitLimit;
    this.#waitTimeout = waitTimeout;
  }

  get used(): number {
    return this.#used;
  }

  /** A slot now, or after a wait, or undefined: busy. */
  take(): Slot | undefined | Promise<Slot | undefined> {
    if (this.#limit === 0 || this.#used < this.#limit) return this.#slot();
    if (this.#waiting.length >= this.#waitLimit || this.#waitTimeout <= 0) return undefined;
    return new Promise((resolve) => {
      const timer = this.#host.setTimer(this.#waitTimeout, () => {
        this.#waiting.splice(this.#waiting.indexOf(granted), 1);
        resolve(undefined);
      });
      const granted = (slot: Slot | undefined): void => {
        this.#host.clearTimer(timer);
        resolve(slot);
      };
      this.#waiting.push(granted);
    });
  }

  #slot(): Slot {
    this.#used += 1;
    let held = true;
    return {
      free: () => {
        if (!held) return;
        held = false;
        this.#used -= 1;
        const next = this.#waiting.shift();
        if (next) next(this.#slot());
      },
    };
  }
}
