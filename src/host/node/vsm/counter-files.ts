import { documentOf, writeValues, type CounterKind } from "../../../runtime/vsc/counter-set.js";
import type { CounterSet } from "../../../runtime/vsc/instance-counters.js";
import { CounterCluster } from "./counter-cluster.js";
import type { Segment, SegmentIndex } from "./segment-index.js";

/** Ready, place of the body, number of the document. Bytes. */
const headSize = 24;
const visible = 1;

interface Published {
  readonly kind: CounterKind;
  readonly cluster: CounterCluster;
  readonly segment: Segment;
}

/** Counters as varnishstat reads them: a document for each kind, and a segment for each thing that is counted. */
export class CounterFiles {
  readonly #index: SegmentIndex;
  /** Numbers of documents by kind; they must differ over both sets of a directory. */
  readonly #documents = new Map<string, bigint>();
  readonly #clusters: CounterCluster[] = [];
  readonly #published = new Map<string, Published>();

  constructor(index: SegmentIndex) {
    this.#index = index;
  }

  /** Shows these counters: new ones appear, those that are not among them go. */
  publish(sets: readonly CounterSet[]): void {
    const wanted = new Set(sets.map(({ ident }) => ident));
    for (const ident of this.#published.keys()) if (!wanted.has(ident)) this.#remove(ident);
    const added: Published[] = [];
    for (const set of sets) {
      let place = this.#published.get(set.ident);
      if (!place) added.push((place = this.#add(set)));
      writeValues(set.kind, set.values, place.cluster.view, place.segment.offset + headSize);
    }
    for (const cluster of this.#clusters) cluster.write();
    // Announced once their bytes are in place.
    for (const { segment } of added) this.#index.add(segment);
  }

  close(): void {
    for (const cluster of this.#clusters) cluster.close();
  }

  #add({ kind, ident }: CounterSet): Published {
    const size = headSize + kind.rows.length * 8;
    const document = this.#documentOf(kind);
    const { cluster, offset } = this.#take(size);
    writeHead(cluster.view, offset, document);
    const segment = { file: cluster.file, offset, length: size, category: "Stat", ident };
    const published = { kind, cluster, segment };
    this.#published.set(ident, published);
    return published;
  }

  #remove(ident: string): void {
    const { cluster, segment } = this.#published.get(ident) as Published;
    this.#published.delete(ident);
    this.#index.remove(segment);
    cluster.giveBack(segment.offset, segment.length);
  }

  #take(size: number): { readonly cluster: CounterCluster; readonly offset: number } {
    for (const cluster of this.#clusters) {
      const offset = cluster.take(size);
      if (offset !== undefined) return { cluster, offset };
    }
    const cluster = new CounterCluster(this.#index);
    this.#clusters.push(cluster);
    return { cluster, offset: cluster.take(size) as number };
  }

  #documentOf(kind: CounterKind): bigint {
    let number = this.#documents.get(kind.name);
    if (number !== undefined) return number;
    number = BigInt(kind.order);
    this.#documents.set(kind.name, number);
    const text = Buffer.from(`${documentOf(kind)}\0`, "latin1");
    const content = Buffer.alloc(headSize + text.length);
    writeHead(new DataView(content.buffer, content.byteOffset, headSize), 0, number);
    text.copy(content, headSize);
    this.#index.addFile("StatDoc", number.toString(16), content);
    return number;
  }
}

function writeHead(view: DataView, at: number, document: bigint): void {
  view.setInt32(at, visible, true);
  view.setBigUint64(at + 8, BigInt(headSize), true);
  view.setBigUint64(at + 16, document, true);
}
