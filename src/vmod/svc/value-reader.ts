import { CORE_SCHEMA, load } from "js-yaml";
import { Reader, type ConfigNode } from "./config-reader.js";
import { readPlainYaml, type NodeMaker } from "./plain-yaml.js";
import { refuseDepth } from "./refuse-depth.js";

/** Any mistake: whoever catches it has the text read again, for its place. */
const unplaced = new Error("mistake without a place");

/** A scalar that would look like none: fields are there or not. */
class Falsy {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** Over JavaScript's values. */
export class ValueReader extends Reader {
  fail(): never {
    throw unplaced;
  }

  offset(): undefined {
    return undefined;
  }

  isMap(node: ConfigNode | null): boolean {
    return typeof node === "object" && node !== null && !Array.isArray(node) && !(node instanceof Falsy);
  }

  isList(node: ConfigNode | null): boolean {
    return Array.isArray(node);
  }

  scalar(node: unknown): unknown {
    if (node instanceof Falsy) return node.value;
    return typeof node === "object" ? undefined : node;
  }

  protected pairs(map: ConfigNode): [string, ConfigNode | null][] {
    const entries = Object.entries(map as object) as [string, ConfigNode | null][];
    // JavaScript puts keys that are numbers first: their order in the file is lost.
    return entries.length > 1 && /^\d+$/.test(entries[0]?.[0] ?? "") ? this.fail() : entries;
  }

  fields<Name extends string>(
    map: ConfigNode,
    names: readonly Name[],
  ): { readonly [Key in Name]?: ConfigNode } {
    const all = map as unknown as Record<string, unknown>;
    let fields = all;
    for (const name of Object.keys(all)) {
      const value = all[name];
      if (value === null || value === undefined || !(names as readonly string[]).includes(name))
        return this.fail();
      if (value) continue;
      if (fields === all) fields = { ...all };
      fields[name] = new Falsy(value);
    }
    return fields as { [Key in Name]?: ConfigNode };
  }

  protected items(list: ConfigNode): readonly (ConfigNode | null)[] {
    return list as unknown as readonly (ConfigNode | null)[];
  }
}

/** What a text says. Throws whatever it likes where that is not plain. */
export function valueOf(text: string): ConfigNode {
  const json = /^\s*[{[]/.test(text) ? jsonOf(text) : undefined;
  return (json ?? yamlValueOf(text, 0, text.length)) as ConfigNode;
}

/** The same of a part of a text, which ends with a line. */
export function yamlValueOf(text: string, start: number, end: number): ConfigNode {
  return (readPlainYaml<unknown, object>(text, valuesOfYaml, start, end) ??
    loadAny(text.slice(start, end))) as ConfigNode;
}

/** As characters, bytes of UTF-8 from 80 to 9F are control characters, which the parser refuses: it gets others in their places. */
function loadAny(text: string): unknown {
  refuseDepth(text);
  const printable = text.replace(/[\x80-\x9f]/g, (byte) => String.fromCharCode(byte.charCodeAt(0) + stead));
  const value = load(printable, { schema: CORE_SCHEMA });
  return printable === text ? value : withBytes(value, new Map());
}

/** From a byte to the character that stands for it, for private use. */
const stead = 0xe000;

/** The same value with the bytes back in its texts. What aliases stand for is done once. */
function withBytes(value: unknown, done: Map<object, unknown>): unknown {
  if (typeof value === "string") {
    return value.replace(/[\ue080-\ue09f]/g, (char) => String.fromCharCode(char.charCodeAt(0) - stead));
  }
  if (typeof value !== "object" || value === null) return value;
  const before = done.get(value);
  if (before !== undefined) return before;
  const pairs = Object.entries(value).map(([key, part]) => [withBytes(key, done), withBytes(part, done)]);
  const copy: unknown = Array.isArray(value) ? pairs.map(([, part]) => part) : Object.fromEntries(pairs);
  done.set(value, copy);
  return copy;
}

/** Makes values of JavaScript. */
export const valuesOfYaml: NodeMaker<unknown, object> = {
  scalar: (value) => value,
  map: () => ({}),
  list: () => [],
  put(map, key, value) {
    const entries = map as Record<string, unknown>;
    if ((entries[key] !== undefined && Object.hasOwn(map, key)) || key === "__proto__") return false;
    entries[key] = value;
    return true;
  },
  push: (list, item) => void (list as unknown[]).push(item),
};

/** JSON's own parser is the fastest by far, but of a key that is there twice it takes the last. Undefined where it cannot say. */
function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    let keys = 0;
    for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)) if (colon !== undefined) keys++;
    return keys === keysIn(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** How many keys the maps of a value have together. */
export function keysIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const parts = Object.values(value);
  let keys = Array.isArray(value) ? 0 : parts.length;
  for (const part of parts) keys += keysIn(part);
  return keys;
}
