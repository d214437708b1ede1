import type { PollMark, PollResult, ProbeSettings } from "./poll-specification.js";

/** How many polls are remembered, whatever the window is: as many as Varnish keeps. */
export const remembered = 64;

const noMarks = "--------";
/** What a poll is assumed to have been. */
const onlyHappy = "-------H";

/** Polls that Varnish's average of response times is taken over, roughly. */
const averagedOver = 4;

/**
 * What polls found out about a backend, and the verdict: healthy while `threshold` of the last `window` polls were good. The polls stay when the
 * settings change, and are judged anew (S2-48).
 */
export class HealthHistory {
  /** Marks of each poll, newest last. */
  #polls: string[] = [];
  #settings: ProbeSettings;
  #healthy: boolean;
  #changed: number;
  #averageTime = 0;
  #averaged = 0;

  /** Nothing but the assumption of `.initial` good polls. `now` in seconds since the epoch. */
  constructor(settings: ProbeSettings, now: number) {
    this.#settings = settings;
    this.#assume();
    this.#healthy = this.#isHealthy();
    this.#changed = now;
  }

  /** Those that the verdict goes by. */
  get settings(): ProbeSettings {
    return this.#settings;
  }

  get healthy(): boolean {
    return this.#healthy;
  }

  /** When the verdict last changed, in seconds since the epoch. */
  get changed(): number {
    return this.#changed;
  }

  /** Good polls among the last `window`. */
  get good(): number {
    return this.#polls.slice(-this.#settings.window).filter((marks) => marks.includes("H")).length;
  }

  /** Exponential average over good polls, in seconds. */
  get averageTime(): number {
    return this.#averageTime;
  }

  /** Which of the remembered polls have a mark, newest last. */
  with(mark: PollMark): readonly boolean[] {
    return this.#polls.map((marks) => marks.includes(mark));
  }

  /** Judges by other settings from now on, which are `whose`. Answers with the text of a Backend_health record when the verdict is another one. */
  judge(settings: ProbeSettings, whose: string, now: number): string | undefined {
    this.#settings = settings;
    if (!this.#decide(now)) return undefined;
    return this.#record("Went", { marks: noMarks, line: `Judged by ${whose}`, seconds: 0 });
  }

  /** Forgets what nobody has kept up to date, for the assumption of these settings. */
  restart(settings: ProbeSettings, now: number): void {
    this.#settings = settings;
    this.#assume();
    this.#decide(now);
  }

  /** Adds a poll; answers with the text of its Backend_health record. */
  add(result: PollResult, now: number): string {
    const { marks, seconds } = result;
    this.#polls.push(marks);
    if (this.#polls.length > remembered) this.#polls.shift();
    if (marks.includes("H")) this.#average(seconds);
    return this.#record(this.#decide(now) ? "Went" : "Still", result);
  }

  #record(went: "Went" | "Still", { marks, line, seconds }: PollResult): string {
    const verdict = this.#healthy ? "healthy" : "sick";
    const { threshold, window } = this.#settings;
    const times = `${(marks.includes("H") ? seconds : 0).toFixed(6)} ${this.#averageTime.toFixed(6)}`;
    return `${went} ${verdict} ${marks} ${this.good} ${threshold} ${window} ${times} "${line}"`;
  }

  #average(seconds: number): void {
    if (this.#averaged < averagedOver) this.#averaged += 1;
    this.#averageTime += (seconds - this.#averageTime) / this.#averaged;
  }

  #assume(): void {
    this.#polls = Array.from({ length: this.#settings.initial }, () => onlyHappy);
  }

  #isHealthy(): boolean {
    return this.good >= this.#settings.threshold;
  }

  /** True when the verdict is another one. */
  #decide(now: number): boolean {
    const healthy = this.#isHealthy();
    if (healthy === this.#healthy) return false;
    this.#healthy = healthy;
    this.#changed = now;
    return true;
  }
}
