import { isAlias, isMap, isScalar, isSeq, type Document, type Node } from "yaml";
import type { NodeMaker } from "./plain-yaml.js";

/** A value and where in the text it begins. */
export interface PlacedNode {
  readonly at: number;
  /** A scalar's own, a list of nodes, or a map of them. */
  readonly value: unknown;
}

type PlacedList = (PlacedNode | null)[];
type PlacedMap = Map<string, PlacedNode | null>;

export const placedNodes: NodeMaker<PlacedNode> = {
  scalar: (value, at) => ({ at, value }),
  map: (at) => ({ at, value: new Map() }),
  list: (at) => ({ at, value: [] }),
  put(map, key, value) {
    const entries = map.value as PlacedMap;
    return !entries.has(key) && entries.set(key, value) === entries;
  },
  push: (list, item) => void (list.value as PlacedList).push(item),
};

/** The same of what a parser of all of YAML has read. An alias has what it stands for, at its own place. */
export function placedNodeOf({ contents }: Document): PlacedNode | null {
  const anchors = new Map<string, unknown>();
  const convert = (node: unknown): PlacedNode | null => {
    const at = (node as Node | null)?.range?.[0] ?? 0;
    if (isAlias(node)) return { at, value: anchors.get(node.source) };
    const value = isMap(node) ? new Map() : isSeq(node) ? [] : isScalar(node) ? node.value : undefined;
    if (value === undefined) return null;
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined)
      anchors.set(node.anchor, value);
    if (isMap(node))
      for (const { key, value: of } of node.items)
        (value as PlacedMap).set(String(isScalar(key) ? key.value : key), convert(of));
    else if (isSeq(node)) for (const item of node.items) (value as PlacedList).push(convert(item));
    return { at, value };
  };
  return convert(contents);
}
