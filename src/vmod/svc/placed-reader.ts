import { isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from "yaml";
import { ConfigFailure, Reader, type ConfigNode } from "./config-reader.js";

/** Over the nodes of a parser that keeps places. */
export class PlacedReader extends Reader {
  readonly #lines: LineCounter;
  readonly #aliases: ReadonlyMap<unknown, Node | undefined>;

  constructor(text: string, lines: LineCounter, aliases: ReadonlyMap<unknown, Node | undefined>) {
    super(text);
    this.#lines = lines;
    this.#aliases = aliases;
  }

  fail(node: ConfigNode | null, message: string): never {
    return this.failAt((node && this.offset(node)) ?? 0, message);
  }

  failAt(offset: number, message: string): never {
    const { line, col } = this.#lines.linePos(offset);
    throw new ConfigFailure(message, line, col);
  }

  offset(node: ConfigNode): number | undefined {
    return (node as unknown as Node).range?.[0];
  }

  isMap(node: ConfigNode | null): boolean {
    return isMap(this.#target(node));
  }

  isList(node: ConfigNode | null): boolean {
    return isSeq(this.#target(node));
  }

  scalar(node: ConfigNode | null): unknown {
    const target = this.#target(node);
    return isScalar(target) ? target.value : undefined;
  }

  protected pairs(map: ConfigNode): [string, ConfigNode | null][] {
    const target = this.#target(map);
    if (!isMap(target)) return [];
    return target.items.map(({ key, value }) => [
      String(isScalar(key) ? key.value : key),
      value as ConfigNode | null,
    ]);
  }

  fields<Name extends string>(
    map: ConfigNode,
    names: readonly Name[],
  ): { readonly [Key in Name]?: ConfigNode } {
    const fields: { [Key in Name]?: ConfigNode } = {};
    for (const [name, node] of this.pairs(map)) {
      if (!(names as readonly string[]).includes(name)) this.fail(node ?? map, `unknown field "${name}"`);
      if (node) fields[name as Name] = node;
    }
    return fields;
  }

  protected items(list: ConfigNode): readonly (ConfigNode | null)[] {
    const target = this.#target(list);
    return isSeq(target) ? (target.items as (ConfigNode | null)[]) : [];
  }

  /** An alias is what it stands for. */
  #target(node: unknown): Node | undefined {
    return isAlias(node) ? this.#aliases.get(node) : ((node ?? undefined) as Node | undefined);
  }
}
