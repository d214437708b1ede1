import { readFileSync } from "node:fs";
import { readSegments, type SegmentList } from "./segment-list.js";

/** A counter as it was read: its name with what it is the one of (`MAIN.cache_hit`, `VBE.boot.b1.req`), and its value. */
export type Counters = ReadonlyMap<string, number>;

/** Segments that hold values say so, once they are whole. */
const visible = 1;
const valueSize = 8;

/** The names of a kind's counters, and where each stands behind the head. */
type Places = readonly (readonly [name: string, offset: number])[];

/**
 * The counters that a `-n` directory shows now (reference: vsm-vsl-vsc, section 3): the kinds describe themselves, so that those of any version of
 * Varnish are read, too. Undefined where nothing shows any.
 */
export function readCounters(folder: string): Counters | undefined {
  const found = new Map<string, number>();
  for (const set of ["_.vsm_mgt", "_.vsm_child"] as const) {
    const list = readSegments(folder, set);
    if (list) addSet(list, found);
  }
  return found.size === 0 ? undefined : found;
}

function addSet(list: SegmentList, into: Map<string, number>): void {
  const files = new Map<string, Buffer>();
  const kinds = new Map<bigint, Places>();
  for (const segment of list.segments) {
    const { category, file, offset, length, ident } = segment;
    if (category !== "StatDoc" && category !== "Stat") continue;
    let bytes = files.get(file);
    try {
      if (!bytes) files.set(file, (bytes = readFileSync(list.pathOf(segment))));
    } catch {
      // It went between the two looks.
      continue;
    }
    const view = bytes.subarray(offset, offset + length);
    if (view.length < 24 || view.readInt32LE(0) !== visible) continue;
    const body = Number(view.readBigUInt64LE(8));
    const kind = view.readBigUInt64LE(16);
    if (category === "StatDoc") kinds.set(kind, placesOf(view.subarray(body)));
    else addValues(view.subarray(body), ident, kinds.get(kind) ?? [], into);
  }
}

function addValues(body: Buffer, ident: string, places: Places, into: Map<string, number>): void {
  for (const [name, offset] of places) {
    if (offset + valueSize <= body.length) into.set(`${ident}.${name}`, Number(body.readBigUInt64LE(offset)));
  }
}

/** Of a description: `{"elem": {NAME: {"index": PLACE}}}`. */
function placesOf(body: Buffer): Places {
  const end = body.indexOf(0);
  const { elem } = JSON.parse(body.toString("utf8", 0, end < 0 ? body.length : end)) as {
    readonly elem: Readonly<Record<string, { readonly index: number }>>;
  };
  return Object.entries(elem).map(([name, { index }]) => [name, index]);
}
