import type { Host, TimerHandle } from "../../runtime/index.js";
import { failureCode } from "./failure-code.js";
import type { Records } from "./records.js";
import type { Settings } from "./settings.js";

/** What is looked up, and what becomes of the answers. */
export interface LookUp<Answer> {
  readonly records: Records;
  /** Asks once. Rejects with one line. */
  ask(): Promise<Answer>;
  /** Takes an answer in, and says for how many seconds it holds. */
  apply(answer: Answer): Promise<number>;
  /** Nobody is to find it any more. Who has it still, keeps it going. */
  expire(): void;
}

/** Seconds between two look-ups at least, whatever answers and settings say. */
const soonest = 0.01;

/** What a wait ends with, as the C library numbers it. */
const timedOut = 110;

/** A look-up that is repeated between its start and its stop, and the waiting for its first answer (S0-36…S0-38, S0-44). */
export class RepeatedLookUp<Answer> {
  readonly #host: Host;
  readonly #settings: Settings;
  readonly #lookUp: LookUp<Answer>;
  /** Seconds since the epoch. */
  #expires: number;
  #waitUntil = 0;
  #isAnswered = false;
  /** Counts starts and stops, odd while it runs: a look-up that comes back after a stop belongs to an earlier run. */
  #run = 0;
  #timer: TimerHandle;
  #waiting: (() => void)[] = [];

  constructor(host: Host, settings: Settings, lookUp: LookUp<Answer>) {
    this.#host = host;
    this.#settings = settings;
    this.#lookUp = lookUp;
    this.#expires = host.now() + settings.usage;
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

  /** Ends; what was found is its finder's. */
  stop(): void {
    if (!this.#isRunning) return;
    this.#run += 1;
    if (this.#timer !== undefined) this.#host.clearTimer(this.#timer);
    this.#wake();
    this.#lookUp.records.stamp("Done");
  }

  /** Until the first answer, right or wrong, or the time that one waits for it; undefined where there is nothing to wait for. */
  settling(): Promise<void> | undefined {
    const left = this.#isAnswered || !this.#isRunning ? 0 : this.#waitUntil - this.#host.now();
    if (left <= 0) return undefined;
    const { records } = this.#lookUp;
    records.debug("wait-active");
    return new Promise((resolve) => {
      const end = (result: number): void => {
        records.debug(`wait-active ret ${result}`);
        resolve();
      };
      const timer = this.#host.setTimer(left, () => end(timedOut));
      this.#waiting.push(() => {
        this.#host.clearTimer(timer);
        end(0);
      });
    });
  }

  get #isRunning(): boolean {
    return this.#run % 2 === 1;
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #repeat(run: number): Promise<void> {
    const isWanted = (): boolean => run === this.#run;
    if (this.#host.now() >= this.#expires) {
      this.#expires = Infinity;
      this.#lookUp.records.note("VCL_Log", "timeout");
      this.#lookUp.expire();
    }
    if (!isWanted()) return;
    const next = await this.#look(isWanted);
    if (!isWanted()) return;
    this.#isAnswered = true;
    this.#wake();
    const until = Math.min(next, this.#expires) - this.#host.now();
    this.#timer = this.#host.setTimer(Math.max(soonest, until), () => void this.#repeat(run));
  }

  /** Looks up once; answers with when it is to be done again. Once `isWanted` says no, what comes back is of no use. */
  async #look(isWanted: () => boolean): Promise<number> {
    const { records } = this.#lookUp;
    const began = records.stamp("Lookup");
    let answer: Answer;
    try {
      answer = await this.#lookUp.ask();
    } catch (error) {
      return isWanted() ? this.#failed(began, error instanceof Error ? error.message : String(error)) : 0;
    }
    if (!isWanted()) return 0;
    const results = records.stamp("Results", began);
    const holds = await this.#lookUp.apply(answer);
    if (isWanted()) records.stamp("Update", began, results);
    return results + holds;
  }

  /** What was found before stays: that a name cannot be looked up says nothing about who is there. */
  #failed(began: number, reason: string): number {
    const { records } = this.#lookUp;
    const results = records.stamp("Results", began);
    const by = this.#settings.resolver ? "getdns" : "getaddrinfo";
    records.note("Error", `${by} ${failureCode(by, reason)} (${reason})`);
    if (this.#settings.resolver) records.resolver(reason);
    return results + this.#settings.retryAfter;
  }
}
