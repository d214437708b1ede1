import type { Host, TimerHandle } from "../host.js";
import type { Vcl } from "./vcl.js";

/** The clocks of VCLs in state `auto` that nobody needs: each is cooled `vcl_cooldown` seconds after it was last needed. */
export class Cooldowns {
  readonly #timers = new Map<Vcl, TimerHandle>();
  readonly #host: Host;
  readonly #seconds: () => number;
  readonly #due: (vcl: Vcl) => void;

  /** `seconds` is asked when a clock starts; `due` is called for each VCL whose time has come. */
  constructor(host: Host, seconds: () => number, due: (vcl: Vcl) => void) {
    this.#host = host;
    this.#seconds = seconds;
    this.#due = due;
  }

  /** Starts the clock of each VCL that may now cool, stops it for every other one. A clock that runs goes on. */
  review(vcls: readonly Vcl[], mayCool: (vcl: Vcl) => boolean): void {
    const idle = new Set(vcls.filter(mayCool));
    for (const [vcl, timer] of this.#timers) {
      if (idle.has(vcl)) continue;
      this.#host.clearTimer(timer);
      this.#timers.delete(vcl);
    }
    for (const vcl of idle) if (!this.#timers.has(vcl)) this.#start(vcl);
  }

  #start(vcl: Vcl): void {
    const timer = this.#host.setTimer(this.#seconds(), () => {
      this.#timers.delete(vcl);
      this.#due(vcl);
    });
    this.#timers.set(vcl, timer);
  }
}
