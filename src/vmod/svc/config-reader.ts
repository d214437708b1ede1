import { parseDuration } from "../../runtime/index.js";
import {
  isList,
  isMap,
  isScalar,
  parseTree,
  type ConfigMap,
  type ConfigNode,
  type ConfigTree,
} from "./config-tree.js";

/** What is wrong with a file, with its line. */
export class ConfigFailure extends Error {
  /** Without its place. */
  readonly reason: string;
  /** From 1, as is the column. */
  readonly line: number;
  readonly column: number;

  constructor(reason: string, line: number, column: number) {
    super(`line ${line}: ${reason}`);
    this.reason = reason;
    this.line = line;
    this.column = column;
  }
}

/** A file's one map, and who reads it; `tree` is what has been read of it already. Throws a ConfigFailure that names the line. */
export function openConfig(
  text: string,
  tree: ConfigTree = parseTree(text),
): { readonly reader: Reader; readonly root: ConfigMap } {
  const reader = new Reader(text);
  if ("wrong" in tree) return reader.failAt(tree.at, tree.wrong);
  return { reader, root: reader.map(tree.root, "the file") };
}

/** Takes nodes for what they must be, and fails with their line. */
export class Reader {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  fail(node: ConfigNode | null, message: string): never {
    return this.failAt(node?.at ?? 0, message);
  }

  failAt(offset: number, message: string): never {
    const before = this.#text.slice(0, offset);
    const lineStart = before.lastIndexOf("\n") + 1;
    throw new ConfigFailure(message, before.split("\n").length, offset - lineStart + 1);
  }

  map(node: ConfigNode | null, what: string): ConfigMap {
    return isMap(node) ? node : this.fail(node, `${what} must be a map`);
  }

  list(node: ConfigNode | null, what: string): readonly (ConfigNode | null)[] {
    return isList(node) ? node.items : this.fail(node, `${what} must be a list`);
  }

  entries(map: ConfigMap): ConfigMap["entries"] {
    return map.entries;
  }

  /** The fields of a map; one that is not in the list is an error, so that a misspelt name does not pass unseen. */
  fields<Name extends string>(
    map: ConfigMap,
    names: readonly Name[],
  ): { readonly [Key in Name]?: ConfigNode } {
    const fields: { [Key in Name]?: ConfigNode } = {};
    for (const [name, node] of this.entries(map)) {
      if (!(names as readonly string[]).includes(name)) this.fail(node ?? map, `unknown field "${name}"`);
      if (node) fields[name as Name] = node;
    }
    return fields;
  }

  string(node: ConfigNode | null, what: string): string {
    return isScalar(node) && typeof node.value === "string"
      ? node.value
      : this.fail(node, `${what} must be a text`);
  }

  boolean(node: ConfigNode, what: string): boolean {
    return isScalar(node) && typeof node.value === "boolean"
      ? node.value
      : this.fail(node, `${what} must be true or false`);
  }

  count(node: ConfigNode, what: string): number {
    const value = isScalar(node) ? node.value : undefined;
    return typeof value === "number" && Number.isInteger(value) && value >= 0
      ? value
      : this.fail(node, `${what} must be a number, 0 or more`);
  }

  /** Seconds, from a number or from text such as `1.5s`, `100ms`. */
  duration(node: ConfigNode): number {
    const value = isScalar(node) ? node.value : undefined;
    const parsed = typeof value === "string" ? parseDuration(value) : { value };
    const seconds = "error" in parsed ? undefined : parsed.value;
    return typeof seconds === "number" && seconds >= 0
      ? seconds
      : this.fail(node, "a duration must be a number of seconds or a text such as 500ms or 2s");
  }
}
