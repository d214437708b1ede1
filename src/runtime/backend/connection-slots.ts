import type { Host } from "../host.js";

/** The right to one connection. Freeing twice counts once. */
export interface Slot {
  free(): void;
}

/** What a VCL says about connections: `max_connections` (0 is no limit), `wait_limit`, and `wait_timeout` in seconds. */
export interface ConnectionLimits {
  readonly most: number;
  readonly waiting: number;
  readonly waitTime: number;
}

interface Waiting {
  /** It may have a connection while fewer than these are in use. */
  readonly most: number;
  grant(slot: Slot): void;
}

/**
 * Connections to one backend that are in use, over all VCLs: a limit protects the backend, which knows of no VCL. Each VCL's own limits rule
 * who of its tasks may take one, who waits and for how long.
 */
export class ConnectionSlots {
  readonly #host: Host;
  readonly #waiting: Waiting[] = [];
  #used = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  get used(): number {
    return this.#used;
  }

  /** A slot now, or after a wait, or undefined: busy. */
  take({ most, waiting, waitTime }: ConnectionLimits): Slot | undefined | Promise<Slot | undefined> {
    if (most === 0 || this.#used < most) return this.#slot();
    if (this.#waiting.length >= waiting || waitTime <= 0) return undefined;
    return new Promise((resolve) => {
      const timer = this.#host.setTimer(waitTime, () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        resolve(undefined);
      });
      const grant = (slot: Slot): void => {
        this.#host.clearTimer(timer);
        resolve(slot);
      };
      const waiter = { most, grant };
      this.#waiting.push(waiter);
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
        const next = this.#waiting.findIndex(({ most }) => this.#used < most);
        if (next >= 0) this.#waiting.splice(next, 1)[0]?.grant(this.#slot());
      },
    };
  }
}
