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
  /** Whether waiting makes sense still. */
  readonly wanted?: () => boolean;
}

interface Waiting {
  /** It may have a connection while fewer than these are in use. */
  readonly most: number;
  readonly wanted: (() => boolean) | undefined;
  /** Without a slot: it waited in vain. */
  end(slot: Slot | undefined): void;
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
  take({ most, waiting, waitTime, wanted }: ConnectionLimits): Slot | undefined | Promise<Slot | undefined> {
    if (most === 0 || this.#used < most) return this.#slot();
    if (this.#waiting.length >= waiting || waitTime <= 0) return undefined;
    return new Promise((resolve) => {
      const timer = this.#host.setTimer(waitTime, () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        resolve(undefined);
      });
      const end = (slot: Slot | undefined): void => {
        this.#host.clearTimer(timer);
        resolve(slot);
      };
      const waiter = { most, wanted, end };
      this.#waiting.push(waiter);
    });
  }

  /** Sends away those for whom waiting makes no sense any more: the backend is sick (http1-and-transports 5.6). */
  review(): void {
    for (const waiter of [...this.#waiting]) {
      if (waiter.wanted?.() ?? true) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      waiter.end(undefined);
    }
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
        if (next >= 0) this.#waiting.splice(next, 1)[0]?.end(this.#slot());
      },
    };
  }
}
