import type { RequestPath } from "../run/observe/dashboard/request-path.js";

/** What requests are counted by. */
export const listNames = ["urls", "hosts", "backends", "statuses"] as const;
export type ListName = (typeof listNames)[number];

/** What is known of those that have one URL, host, backend or status in common. */
export interface Entry {
  readonly name: string;
  /** In a second, or altogether where nothing is forgotten. */
  readonly count: number;
  /** The part of them that were hits; of a backend, that failed. */
  readonly part: number;
  /** Seconds, on average. */
  readonly time: number;
}

interface Weights {
  count: number;
  marked: number;
  time: number;
}

/** Names that are kept: with more, those that are seldom go. */
const mostNames = 5000;
/** What does not show any more is forgotten. */
const least = 0.01;

/** Counts requests and fetches; the older they are, the less they count. */
export class Traffic {
  readonly #lists = new Map<ListName, Map<string, Weights>>(listNames.map((name) => [name, new Map()]));
  readonly #keep: number;
  #seconds = 0;

  /** `memory` is for how many seconds something counts, about; Infinity forgets nothing. */
  constructor(memory: number) {
    this.#keep = Math.exp(-1 / memory);
  }

  add({ handling, host, url, status, backend, duration }: RequestPath): void {
    if (handling === "fetch") {
      const failed = !(Number(status) < 500) || backend === "";
      this.#count("backends", backend === "" ? "no backend" : backend, failed, duration);
      return;
    }
    const isHit = handling === "hit";
    this.#count("urls", `${host}${url}`, isHit, duration);
    this.#count("hosts", host === "" ? "no host" : host, isHit, duration);
    this.#count("statuses", `${status} ${handling}`, isHit, duration);
  }

  /** A second has gone by. */
  tick(): void {
    this.#seconds++;
    if (this.#keep === 1) return;
    for (const list of this.#lists.values()) {
      for (const [name, weights] of list) {
        weights.count *= this.#keep;
        weights.marked *= this.#keep;
        weights.time *= this.#keep;
        if (weights.count < least) list.delete(name);
      }
    }
  }

  /** Those that there are most of. */
  top(name: ListName, most: number): readonly Entry[] {
    // What counted less and less over these seconds, as if it all was of one.
    const unit = this.#keep === 1 ? 1 : (1 - this.#keep) / (1 - this.#keep ** Math.max(1, this.#seconds));
    return [...(this.#lists.get(name) as Map<string, Weights>)]
      .sort(([, left], [, right]) => right.count - left.count)
      .slice(0, most)
      .map(([entry, { count, marked, time }]) => ({
        name: entry,
        count: count * unit,
        part: marked / count,
        time: time / count,
      }));
  }

  #count(list: ListName, name: string, isMarked: boolean, time: number): void {
    const names = this.#lists.get(list) as Map<string, Weights>;
    let weights = names.get(name);
    if (!weights) {
      if (names.size >= mostNames) forgetSeldom(names);
      names.set(name, (weights = { count: 0, marked: 0, time: 0 }));
    }
    weights.count++;
    if (isMarked) weights.marked++;
    weights.time += time;
  }
}

/** Makes room: the half that is less frequent goes. */
function forgetSeldom(names: Map<string, Weights>): void {
  const sorted = [...names].sort(([, left], [, right]) => left.count - right.count);
  for (const [name] of sorted.slice(0, mostNames / 2)) names.delete(name);
}
