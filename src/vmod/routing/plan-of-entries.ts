import { longText } from "../svc/read-config.js";
import { keysIn, ValueReader, valueOf, yamlValueOf } from "../svc/value-reader.js";
import type { ConfigNode } from "../svc/config-reader.js";
import { hostEntriesOf, hostText, type HostEntries } from "./host-entries.js";
import { HostIndex } from "./host-index.js";
import { LabelUses, type HostUses } from "./label-uses.js";
import { takeHost, takeRoutes } from "./route-config.js";
import { keyOf, type HostEntry, type RoutePlan } from "./route-plan.js";
import { tellMistake, type Progress } from "./mistake-in-hosts.js";
import { RouteReader } from "./route-reader.js";

/** What of one plan makes the next one cheap: hosts whose text is the same are not read again, if the groups are the same. */
export interface KnownHosts extends HostUses {
  readonly groups: string;
  /** Two for each host, of its text. None where the file was read as a whole. */
  readonly hashes: Uint32Array;
}

/**
 * Reads a file host by host. Undefined where its hosts do not stand for themselves, or something is wrong: then it is read as a whole. Throws where
 * it is long and one part of it is wrong.
 */
export function planOfEntries(text: string, known: KnownHosts | undefined): RoutePlan | undefined {
  const entries = hostEntriesOf(text);
  if (!entries) return undefined;
  const planner = new EntriesPlanner(text, entries);
  try {
    return planner.plan(known);
  } catch {
    if (text.length > longText) tellMistake(text, entries, planner);
    return undefined;
  }
}

class EntriesPlanner implements Progress {
  groups: ReadonlySet<string> | undefined;
  readonly hosts = new Set<string>();
  readonly #text: string;
  readonly #entries: HostEntries;

  constructor(text: string, entries: HostEntries) {
    this.#text = text;
    this.#entries = entries;
  }

  plan(known: KnownHosts | undefined): RoutePlan {
    const { rest, form, starts, ends } = this.#entries;
    const reader = new ValueReader(rest.length);
    const file = root(rest, reader);
    const { services, hosts, fallback, oneSegment } = takeRoutes(reader, file);
    if (hosts.size > 0 || oneSegment) throw new Error("hosts are elsewhere too");
    const names = services.map(({ name }) => name);
    const groupNames = (this.groups = new Set(names));
    const groups = names.toSorted().join("\n");
    const before = known?.groups === groups ? indexOfHashes(known.hashes) : undefined;
    const labels = new LabelUses(starts.length);
    const index = new HostIndex(starts.length);
    const hashes = new Uint32Array(2 * starts.length);
    let order = 0;
    for (let at = 0; at < starts.length; at++) {
      const [start, end] = [starts[at] as number, ends[at] as number];
      hashText(this.#text, start, end, hashes, 2 * at);
      const old = before?.get(hashes[2 * at] as number);
      const isKnown = old !== undefined && known?.hashes[2 * old + 1] === hashes[2 * at + 1];
      const written = isKnown ? keyIn(form, this.#text, start, end) : undefined;
      const first = order;
      let host = written?.toLowerCase();
      if (known && old !== undefined && host !== undefined) order += labels.addKnown(known, old);
      else {
        const [name, routes] = this.#read(at, groupNames, order);
        host = name.toLowerCase();
        labels.add(routes);
        order += routes.length;
      }
      if (this.hosts.has(host)) throw new Error("a host is there twice");
      this.hosts.add(host);
      index.add(keyOf(host), start, end, first);
    }
    return {
      ...{ services, form, bytes: new Uint8Array(), stars: [], oneSegment, groups, hashes },
      // It comes last, wherever it stands.
      fallback: fallback && takeRoutes(reader, file, order).fallback,
      ...index.finish(),
      ...labels.finish(fallback),
    };
  }

  #read(at: number, groups: ReadonlySet<string>, order: number): HostEntry {
    const { form, starts, ends, keyCounts } = this.#entries;
    const part = { form, text: this.#text, start: starts[at] as number, end: ends[at] as number };
    return readHost(part, groups, order, keyCounts?.[at]);
  }
}

/** Where a host stands in the text of a file. */
export interface HostPart {
  readonly form: HostEntries["form"];
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Reads a host; `groups` are those that there are, `order` its first route's place among all. `keyCount` is how many keys JSON must have. */
export function readHost(
  { form, text, start, end }: HostPart,
  groups: ReadonlySet<string>,
  order: number,
  keyCount?: number,
): HostEntry {
  const value =
    form === "json"
      ? (JSON.parse(hostText(form, text.slice(start, end))) as ConfigNode)
      : yamlValueOf(text, start, end);
  if (keyCount !== undefined && keysIn(value) !== keyCount) throw new Error("a key is there twice");
  const reader = new ValueReader(end - start);
  const [[name, node] = [], more] = reader.entries(reader.map(value, "a host"));
  if (name === undefined || node === undefined || more) throw new Error("not one host");
  return [name, takeHost(reader, new RouteReader(reader, groups), name, node, order)];
}

function root(text: string, reader: ValueReader): ConfigNode {
  return reader.map(valueOf(text), "the file");
}

function indexOfHashes(hashes: Uint32Array): Map<number, number> {
  const index = new Map<number, number>();
  for (let at = 0; at < hashes.length; at += 2) index.set(hashes[at] as number, at / 2);
  return index;
}

/** The name of a host as it is written, where it is written plainly. */
function keyIn(form: HostEntries["form"], text: string, start: number, end: number): string | undefined {
  const colon = text.indexOf(":", start);
  if (colon < 0 || colon >= end) return undefined;
  const pattern = form === "json" ? /^\s*"([a-z0-9_.*-]+)"\s*$/i : /^ *(["']?)([a-z0-9_.*-]*[a-z_*-])\1 *$/i;
  return pattern.exec(text.slice(start, colon))?.at(-1);
}

/** Two hashes of a part of a text. */
function hashText(text: string, start: number, end: number, into: Uint32Array, index: number): void {
  let one = 0x811c9dc5;
  let two = 0x9e3779b9;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193);
    two = Math.imul(two ^ code, 0x85ebca6b);
    two ^= two >>> 13;
  }
  into[index] = one;
  into[index + 1] = two;
}
