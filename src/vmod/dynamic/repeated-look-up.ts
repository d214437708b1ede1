import type { Host, TimerHandle } from "../../runtime/index.js";
import type { Settings } from "./settings.js";

/** What is looked up, and what happens when nobody has asked for it for long. */
export interface LookUp {
  /**
   * Looks up once; answers with the seconds until it is to be done again. Once `isWanted` says no, what comes back is of no use. Never rejects.
   */
  look(isWanted: () => boolean): Promise<number>;
  /** Nobody is to find it any more. Who has it still, keeps it going. */
  expire(): void;
}

/** Seconds between two look-ups at least, whatever answers and settings say. */
const soonest = 0.01;

/** A look-up that is repeated between its start and its stop, and the waiting for its first answer (S0-36…S0-38, S0-44). */
export class RepeatedLookUp {
  readonly #host: Host;
  readonly #settings: Settings;
  readonly #lookUp: LookUp;
  /** Seconds since the epoch. */
  #expires: number;
  #waitUntil = 0;
  #isAnswered = false;
  /** Counts starts and stops, odd while it runs: a look-up that comes back after a stop belongs to an earlier run. */
  #run = 0;
  #timer: TimerHandle;
  #waiting: (() => void)[] = [];

  constructor(host: Host, settings: Settings, lookUp: LookUp) {
    this.#host = host;
    this.#settings = settings;
    this.#lookUp = lookUp;
    this.#expires = host.now() + settings.usage;
  }

  /** Whether there was an answer, right or wrong. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** Asked for: it lives on. */
  touch(): void {
    if (this.#expires !== Infinity) this.#expires = this.#host.now() + this.#settings.usage;
  }

  /** Begins, unless it has begun already. */
  start(): void {
    if (this.#isRunning) return;
    this.#run += 1;
    this.#waitUntil = this.#host.now() + this.#settings.firstLookup;
    void this.#repeat(this.#run);
  }

  /** Ends; what was found is its finder's. Whether there was something to end. */
  stop(): boolean {
    if (!this.#isRunning) return false;
    this.#run += 1;
    if (this.#timer !== undefined) this.#host.clearTimer(this.#timer);
    return true;
  }

  /** Seconds that one may still wait for the first answer; not above 0 where there is nothing to wait for. */
  get leftToWait(): number {
    return this.#isAnswered || !this.#isRunning ? 0 : this.#waitUntil - this.#host.now();
  }

  /** Until the first answer, or the time that one waits for it; undefined where there is nothing to wait for. */
  settling(): Promise<void> | undefined {
    const left = this.leftToWait;
    if (left <= 0) return undefined;
    return new Promise((resolve) => {
      const timer = this.#host.setTimer(left, resolve);
      this.#waiting.push(() => {
        this.#host.clearTimer(timer);
        resolve();
      });
    });
  }

  get #isRunning(): boolean {
    return this.#run % 2 === 1;
  }

  async #repeat(run: number): Promise<void> {
    const isWanted = (): boolean => run === this.#run;
    if (this.#host.now() >= this.#expires) {
      this.#expires = Infinity;
      this.#lookUp.expire();
    }
    if (!isWanted()) return;
    const wait = await this.#lookUp.look(isWanted);
    if (!isWanted()) return;
    this.#isAnswered = true;
    for (const wake of this.#waiting.splice(0)) wake();
    const until = Math.min(wait, this.#expires - this.#host.now());
    this.#timer = this.#host.setTimer(Math.max(soonest, until), () => void this.#repeat(run));
  }
}
