/** How many hosts share a bucket, more or less. */
const hostsPerBucket = 4;

/** Which bucket a host is in. */
export function bucketOf(key: string, count: number): number {
  let hash = 0;
  for (let at = 0; at < key.length; at++) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0;
  return (hash >>> 0) % count;
}

/** Spreads hosts over buckets. What comes of it are arrays of numbers, which threads hand over without a copy. */
export class HostIndex {
  readonly #bucketEnds: Uint32Array;
  readonly #buckets: Uint32Array;
  readonly #places: Uint32Array;
  #count = 0;

  constructor(hosts: number) {
    this.#bucketEnds = new Uint32Array(Math.ceil((hosts + 1) / hostsPerBucket));
    this.#buckets = new Uint32Array(hosts);
    this.#places = new Uint32Array(3 * hosts);
  }

  /** `order` is the place of its first route among all. */
  add(key: string, start: number, end: number, order: number): void {
    const bucket = bucketOf(key, this.#bucketEnds.length);
    this.#bucketEnds[bucket] = (this.#bucketEnds[bucket] ?? 0) + 1;
    this.#places.set([start, end, order], 3 * this.#count);
    this.#buckets[this.#count++] = bucket;
  }

  finish(): {
    readonly starts: Uint32Array;
    readonly ends: Uint32Array;
    readonly orders: Uint32Array;
    readonly bucketEnds: Uint32Array;
  } {
    const [starts, ends, orders] = [0, 1, 2].map(() => new Uint32Array(this.#count)) as [
      Uint32Array,
      Uint32Array,
      Uint32Array,
    ];
    const next = new Uint32Array(this.#bucketEnds.length);
    for (let bucket = 1; bucket < next.length; bucket++)
      next[bucket] = (next[bucket - 1] ?? 0) + (this.#bucketEnds[bucket - 1] ?? 0);
    for (let host = 0; host < this.#count; host++) {
      const bucket = this.#buckets[host] as number;
      const at = next[bucket] as number;
      next[bucket] = at + 1;
      [starts[at] = 0, ends[at] = 0, orders[at] = 0] = this.#places.subarray(3 * host, 3 * host + 3);
    }
    // Each bucket's next place is now where it ends.
    return { starts, ends, orders, bucketEnds: next };
  }
}
