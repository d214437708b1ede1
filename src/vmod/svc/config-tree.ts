import {
  isMap as isYamlMap,
  isScalar as isYamlScalar,
  isSeq,
  parseDocument,
  type Node as YamlNode,
} from "yaml";
import type { Host } from "../../runtime/index.js";

/** A value of a YAML file and the offset where it stands. Plain data: another thread may have read it. */
export type ConfigNode = ConfigScalar | ConfigList | ConfigMap | ConfigAlias;

interface ConfigScalar {
  readonly at: number;
  readonly value: unknown;
}

interface ConfigList {
  readonly at: number;
  readonly items: readonly (ConfigNode | null)[];
}

export interface ConfigMap {
  readonly at: number;
  readonly entries: readonly (readonly [key: string, value: ConfigNode | null])[];
}

/** It stands for something elsewhere, which nothing here may. */
interface ConfigAlias {
  readonly at: number;
}

/** A file: its one value, or why it has none. */
export type ConfigTree =
  { readonly root: ConfigNode | null } | { readonly wrong: string; readonly at: number };

export function isMap(node: ConfigNode | null): node is ConfigMap {
  return node !== null && "entries" in node;
}

export function isList(node: ConfigNode | null): node is ConfigList {
  return node !== null && "items" in node;
}

export function isScalar(node: ConfigNode | null): node is ConfigScalar {
  return node !== null && "value" in node;
}

/** Reads YAML, and so JSON. */
export function parseTree(text: string): ConfigTree {
  const tooDeep = depthFailure(text);
  if (tooDeep) return tooDeep;
  const { errors, contents } = parseDocument(text);
  const [error] = errors;
  if (error) return { wrong: error.message.split("\n", 1)[0] as string, at: error.pos[0] };
  return { root: nodeOf(contents) };
}

/** Characters of a file that is read where requests are served: some milliseconds. */
const shortText = 8192;

/** The same off the loop that serves requests, where the host can and it would take long. */
export async function readTree(text: string, host: Host): Promise<ConfigTree> {
  const elsewhere = text.length > shortText ? host.offLoop?.("config-tree", text) : undefined;
  return elsewhere ? (JSON.parse(await elsewhere) as ConfigTree) : parseTree(text);
}

function nodeOf(node: YamlNode | null | undefined): ConfigNode | null {
  if (!node) return null;
  const at = node.range?.[0] ?? 0;
  if (isYamlScalar(node)) return { at, value: node.value };
  if (isSeq<YamlNode>(node)) return { at, items: node.items.map(nodeOf) };
  if (!isYamlMap<YamlNode, YamlNode | null>(node)) return { at };
  const entries = node.items.map(
    ({ key, value }) => [String(isYamlScalar(key) ? key.value : key), nodeOf(value)] as const,
  );
  return { at, entries };
}

/** Lists and maps inside each other, beyond anything that a file can mean. */
const deepest = 100;

/** The parser's time grows with the square of the depth: brackets are counted first, wherever they stand. */
function depthFailure(text: string): ConfigTree | undefined {
  let depth = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (bracket === "[" || bracket === "{" ? 1 : -1));
    if (depth > deepest) return { wrong: `more than ${deepest} lists and maps inside each other`, at: index };
  }
  return undefined;
}
