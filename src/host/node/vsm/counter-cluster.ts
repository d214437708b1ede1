import { closeSync, openSync, writeSync } from "node:fs";
import type { SegmentIndex } from "./segment-index.js";

/** Bytes of a cluster, of which the first are not a segment. */
const clusterSize = 64 * 1024;
const firstOffset = 16;

/** A file that holds the counters of many things, so that one write renews them all. */
export class CounterCluster {
  readonly view: DataView;
  readonly file: string;
  readonly #bytes = Buffer.alloc(clusterSize);
  readonly #handle: number;
  /** Places that were given back, by size. */
  readonly #free = new Map<number, number[]>();
  #end = firstOffset;

  constructor(index: SegmentIndex) {
    this.view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, clusterSize);
    this.file = index.newName("VSC_cluster");
    this.#handle = openSync(index.pathOf(this.file), "wx", 0o640);
    writeSync(this.#handle, this.#bytes, 0, clusterSize, 0);
    index.addCluster(this.file, clusterSize);
  }

  /** A place for that many bytes; undefined where there is none left. */
  take(size: number): number | undefined {
    const free = this.#free.get(size)?.pop();
    if (free !== undefined) return free;
    if (this.#end + size > clusterSize) return undefined;
    const place = this.#end;
    this.#end += size;
    return place;
  }

  giveBack(place: number, size: number): void {
    this.#bytes.fill(0, place, place + size);
    const free = this.#free.get(size);
    if (free) free.push(place);
    else this.#free.set(size, [place]);
  }

  /** Shows readers what stands in it now. */
  write(): void {
    writeSync(this.#handle, this.#bytes, 0, this.#end, 0);
  }

  close(): void {
    closeSync(this.#handle);
  }
}
