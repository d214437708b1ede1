import type { Counters } from "../../host/node/vsm/counter-reader.js";

/** Seconds over which averages are made: the last one, and two that are longer. */
const spans = [1, 10, 100] as const;

interface Reading {
  /** Seconds of a clock that only goes forward. */
  readonly at: number;
  readonly counters: Counters;
}

/** How fast counters grow: keeps the readings of the last seconds. */
export class Rates {
  #readings: Reading[] = [];

  add(at: number, counters: Counters): void {
    // A proxy that began anew counts anew.
    if ((this.#last?.counters.get("MGT.uptime") ?? 0) > (counters.get("MGT.uptime") ?? 0))
      this.#readings = [];
    this.#readings.push({ at, counters });
    const oldest = at - Math.max(...spans) - 1;
    while ((this.#readings[0] as Reading).at < oldest) this.#readings.shift();
  }

  /** The value of a counter now. */
  value(name: string): number {
    return this.#last?.counters.get(name) ?? 0;
  }

  /** What counters have grown by in a second, on average over the last one. */
  perSecond(...names: readonly string[]): number {
    const last = this.#last;
    const before = last && this.#before(spans[0]);
    if (!last || !before) return 0;
    return grown(before, last, names) / (last.at - before.at);
  }

  /** The part of look-ups that were hits, over each span; undefined where there were none. */
  hitRatios(): readonly { readonly seconds: number; readonly ratio: number | undefined }[] {
    return spans.map((seconds) => {
      const last = this.#last;
      const before = last && this.#before(seconds);
      const all = last && before ? grown(before, last, ["MAIN.cache_hit", "MAIN.cache_miss"]) : 0;
      const ratio = all > 0 ? grown(before as Reading, last as Reading, ["MAIN.cache_hit"]) / all : undefined;
      return { seconds, ratio };
    });
  }

  get #last(): Reading | undefined {
    return this.#readings.at(-1);
  }

  /** The oldest reading of the last seconds, or the one before the last. */
  #before(seconds: number): Reading | undefined {
    const last = this.#last as Reading;
    // Readings come about each second, never exactly.
    const found = this.#readings.find(({ at }) => at >= last.at - seconds - 0.5);
    return found === last ? this.#readings.at(-2) : found;
  }
}

function grown(before: Reading, last: Reading, names: readonly string[]): number {
  const of = ({ counters }: Reading): number =>
    names.reduce((sum, name) => sum + (counters.get(name) ?? 0), 0);
  return Math.max(0, of(last) - of(before));
}
