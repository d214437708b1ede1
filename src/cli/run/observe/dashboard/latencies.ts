/** Seconds that are looked at, and of each the samples of a kind that are kept. */
const seconds = 10;
const mostSamples = 500;

/** How long something took, of the last seconds: how many there were, and what a half, nine tenths and nearly all were faster than. */
export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

interface Second {
  count: number;
  readonly samples: number[];
}

/** How long requests and fetches took, by kind. Of very many, those that are kept are drawn by lot. */
export class Latencies {
  readonly #kinds = new Map<string, Second[]>();

  add(kind: string, duration: number): void {
    let all = this.#kinds.get(kind);
    if (!all) this.#kinds.set(kind, (all = [{ count: 0, samples: [] }]));
    const now = all.at(-1) as Second;
    now.count++;
    if (now.samples.length < mostSamples) now.samples.push(duration);
    else {
      const at = Math.floor(Math.random() * now.count);
      if (at < mostSamples) now.samples[at] = duration;
    }
  }

  /** A second has gone by. */
  tick(): void {
    for (const [kind, all] of this.#kinds) {
      all.push({ count: 0, samples: [] });
      if (all.length > seconds) all.shift();
      if (all.every(({ count }) => count === 0)) this.#kinds.delete(kind);
    }
  }

  now(): Record<string, Latency> {
    return Object.fromEntries([...this.#kinds].map(([kind, all]) => [kind, latencyOf(all)]));
  }

  clear(): void {
    this.#kinds.clear();
  }
}

function latencyOf(all: readonly Second[]): Latency {
  const samples = all.flatMap((second) => second.samples).sort((left, right) => left - right);
  const quantile = (part: number): number => samples[Math.ceil(part * samples.length) - 1] ?? 0;
  const count = all.reduce((sum, second) => sum + second.count, 0);
  return { count, p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) };
}
