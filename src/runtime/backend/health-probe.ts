import type { TimerHandle } from "../host.js";
import type { Probe, ProbeDefinition } from "../vcl/vpi.js";
import type { BackendServices } from "./backend-services.js";
import type { Opening } from "./opening.js";

/** A probe's settings with every default filled in; times in seconds (vcl-language 11). */
export interface ProbeSettings {
  readonly expectedResponse: number;
  readonly timeout: number;
  readonly interval: number;
  readonly window: number;
  readonly threshold: number;
  readonly initial: number;
  /** Whether the answer must end with the connection's close within the time. */
  readonly expectClose: boolean;
}

/** Fills in the defaults: an interval or time-out of 0 is the default, and a threshold alone makes the window one larger. */
export function probeSettings(probe: ProbeDefinition): ProbeSettings {
  const threshold = probe.threshold ?? 3;
  const window = probe.window ?? (probe.threshold === undefined ? 8 : threshold + 1);
  return {
    expectedResponse: probe.expectedResponse ?? 200,
    timeout: probe.timeout || 2,
    interval: probe.interval || 5,
    window,
    threshold,
    initial: Math.min(probe.initial ?? threshold - 1, threshold),
    expectClose: probe.expectClose ?? true,
  };
}

/** Polls one endpoint and keeps the verdict: healthy while `threshold` of the last `window` polls were good. */
export class HealthProbe {
  readonly settings: ProbeSettings;
  #name: string;
  readonly #opening: Opening;
  readonly #request: string;
  readonly #services: BackendServices;
  /** The last `window` results, newest last. */
  #results: boolean[] = [];
  #healthy: boolean;
  #changed: number;
  #averageTime = 0;
  #timer: TimerHandle;
  /** Counts starts and stops, so that a poll which is under way at a stop changes nothing. */
  #round = 0;

  constructor(name: string, probe: Probe, opening: Opening, hostHeader: string, services: BackendServices) {
    this.#name = name;
    this.settings = probeSettings(probe);
    this.#opening = opening;
    this.#services = services;
    this.#request = probe.request
      ? probe.request.map((line) => `${line}\r\n`).join("") + "\r\n"
      : `GET ${probe.url ?? "/"} HTTP/1.1\r\nHost: ${hostHeader}\r\nConnection: close\r\n\r\n`;
    this.#assumeInitial();
    this.#healthy = this.#isHealthy();
    this.#changed = services.host.now();
  }

  get healthy(): boolean {
    return this.#healthy;
  }

  /** Seconds since the epoch. */
  get changed(): number {
    return this.#changed;
  }

  /** Good polls among the last `window`. */
  get good(): number {
    return this.#results.filter(Boolean).length;
  }

  /** The last `window` results, newest last. */
  get results(): readonly boolean[] {
    return this.#results;
  }

  /** Exponential average over good polls, in seconds. */
  get averageTime(): number {
    return this.#averageTime;
  }

  /** Starts polling, with the first poll due at once; the initial assumption is renewed. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#assumeInitial();
    this.#healthy = this.#isHealthy();
    this.#schedule(0, ++this.#round);
  }

  /** It goes on under another name in the log. */
  rename(name: string): void {
    this.#name = name;
  }

  stop(): void {
    this.#round += 1;
    if (this.#timer !== undefined) this.#services.host.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #assumeInitial(): void {
    this.#results = Array.from({ length: this.settings.initial }, () => true);
  }

  #isHealthy(): boolean {
    return this.good >= this.settings.threshold;
  }

  #schedule(seconds: number, round: number): void {
    this.#timer = this.#services.host.setTimer(seconds, () => void this.#poll(round));
  }

  async #poll(round: number): Promise<void> {
    const { host } = this.#services;
    const { endpoint } = this.#opening;
    const { timeout, expectClose } = this.settings;
    const started = host.now();
    let line: string;
    let good = false;
    try {
      line = firstLine(
        await host.exchange(endpoint, this.#opening.probePreamble() + this.#request, timeout, expectClose),
      );
      good = statusOf(line) === this.settings.expectedResponse;
    } catch (error) {
      line = error instanceof Error ? error.message : String(error);
    }
    if (round !== this.#round) return;
    this.#note(good, line, host.now() - started);
    this.#schedule(Math.max(0, this.settings.interval - (host.now() - started)), round);
  }

  #note(good: boolean, line: string, seconds: number): void {
    this.#results.push(good);
    if (this.#results.length > this.settings.window) this.#results.shift();
    // Varnish's exponential average: the first few polls weigh more.
    if (good) this.#averageTime += (seconds - this.#averageTime) / Math.min(this.good, 4);
    const healthy = this.#isHealthy();
    const went = healthy === this.#healthy ? "Still" : "Went";
    if (healthy !== this.#healthy) this.#changed = this.#services.host.now();
    this.#healthy = healthy;
    const { threshold, window } = this.settings;
    const bits = `------${good ? "H" : "-"}`;
    const times = `${(good ? seconds : 0).toFixed(6)} ${this.#averageTime.toFixed(6)}`;
    this.#services.host.log.record(
      0,
      "Backend_health",
      `${this.#name} - ${went} ${healthy ? "healthy" : "sick"} ${bits} ${this.good} ${threshold} ${window} ${times} "${line}"`,
    );
  }
}

function firstLine(text: string): string {
  if (text === "") return "Empty response";
  return text.slice(0, 256).split(/\r?\n/, 1)[0] as string;
}

function statusOf(line: string): number {
  return Number(/^HTTP\/\d+\.\d+ (\d{3})(?: |$)/.exec(line)?.[1] ?? Number.NaN);
}
