import { pollMarks, type PollMark, type PollResult, type ProbeSettings } from "./poll-specification.js";

/** How many polls are remembered, whatever the window is: as many as Varnish keeps. */
export const remembered = 64;

/** Polls that Varnish's average of response times is taken over, roughly. */
const averagedOver = 4;

/**
 * What polls found out about a backend, and the verdict: healthy while `threshold` of the last `window` polls were good. The polls stay when the
 * settings change, and are judged anew (S2-48).
 */
export class HealthHistory {
  /** Marks of each poll, newest last. Assumed ones are only happy. */
  #polls: ReadonlySet<PollMark>[] = [];
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
    return this.#polls.slice(-this.#settings.window).filter((marks) => marks.has("H")).length;
  }

  /** Exponential average over good polls, in seconds. */
  get averageTime(): number {
    return this.#averageTime;
  }

  /** Which of the remembered polls have a mark, newest last. */
  with(mark: PollMark): readonly boolean[] {
    return this.#polls.map((marks) => marks.has(mark));
  }

  /** Judges by other settings from now on, which are `whose`. Answers with the text of a Backend_health record when the verdict is another one. */
  judge(settings: ProbeSettings, whose: string, now: number): string | undefined {
    this.#settings = settings;
    if (!this.#decide(now)) return undefined;
    return this.#record("Went", { marks: new Set(), line: `Judged by ${whose}`, seconds: 0 });
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
    if (marks.has("H")) this.#average(seconds);
    return this.#record(this.#decide(now) ? "Went" : "Still", result);
  }

  #record(went: "Went" | "Still", { marks, line, seconds }: PollResult): string {
    const verdict = this.#healthy ? "healthy" : "sick";
    const letters = pollMarks.map((mark) => (marks.has(mark) ? mark : "-")).join("");
    const { threshold, window } = this.#settings;
    const times = `${(marks.has("H") ? seconds : 0).toFixed(6)} ${this.#averageTime.toFixed(6)}`;
    return `${went} ${verdict} ${letters} ${this.good} ${threshold} ${window} ${times} "${line}"`;
  }

  #average(seconds: number): void {
    if (this.#averaged < averagedOver) this.#averaged += 1;
    this.#averageTime += (seconds - this.#averageTime) / this.#averaged;
  }

  #assume(): void {
    this.#polls = Array.from({ length: this.#settings.initial }, () => new Set<PollMark>(["H"]));
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
