import { ConfigFailure, Reader, type ConfigNode } from "./config-reader.js";
import type { PlacedNode } from "./placed-node.js";

/** Over nodes that have their places. */
export class PlacedReader extends Reader {
  readonly #text: string;

  constructor(text: string) {
    super(text.length);
    this.#text = text;
  }

  fail(node: ConfigNode | null, message: string): never {
    return this.failAt(node ? this.offset(node) : 0, message);
  }

  failAt(offset: number, message: string): never {
    const before = this.#text.slice(0, offset);
    const line = before.split("\n").length;
    throw new ConfigFailure(message, line, offset - before.lastIndexOf("\n"));
  }

  offset(node: ConfigNode): number {
    return placed(node).at;
  }

  isMap(node: ConfigNode | null): boolean {
    return node !== null && placed(node).value instanceof Map;
  }

  isList(node: ConfigNode | null): boolean {
    return node !== null && Array.isArray(placed(node).value);
  }

  scalar(node: ConfigNode | null): unknown {
    const value = node === null ? undefined : placed(node).value;
    return value instanceof Map || Array.isArray(value) ? undefined : value;
  }

  protected pairs(map: ConfigNode): [string, ConfigNode | null][] {
    return [...(placed(map).value as Map<string, ConfigNode | null>)];
  }

  fields<Name extends string>(
    map: ConfigNode,
    names: readonly Name[],
  ): { readonly [Key in Name]?: ConfigNode } {
    const fields: { [Key in Name]?: ConfigNode } = {};
    for (const [name, node] of placed(map).value as Map<string, ConfigNode | null>) {
      if (!(names as readonly string[]).includes(name)) this.fail(node ?? map, `unknown field "${name}"`);
      if (node) fields[name as Name] = node;
    }
    return fields;
  }

  protected items(list: ConfigNode): readonly (ConfigNode | null)[] {
    return placed(list).value as (ConfigNode | null)[];
  }
}

/** What such a reader's nodes are, which others only hand back. */
function placed(node: ConfigNode): PlacedNode {
  return node as ConfigNode & PlacedNode;
}
