import { parseDuration } from "../../runtime/index.js";

declare const read: unique symbol;
/** A value of a file, as its reader has it. Others only hand it back. */
export interface ConfigNode {
  readonly [read]: true;
}

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

/** Takes nodes for what they must be. */
export abstract class Reader {
  /** Items and entries that may still be taken. Written out there are fewer than characters; by aliases a short file could be endless. */
  #left: number;

  /** `length` is the text's. */
  constructor(length: number) {
    this.#left = 100_000 + 10 * length;
  }

  abstract fail(node: ConfigNode | null, message: string): never;
  abstract isMap(node: ConfigNode | null): boolean;
  abstract isList(node: ConfigNode | null): boolean;
  /** What a scalar says; undefined for maps and lists. */
  abstract scalar(node: ConfigNode | null): unknown;
  /** Where it stands in the text; undefined where places are not kept. */
  abstract offset(node: ConfigNode): number | undefined;
  /** The fields of a map; one that is not in the list is an error, so that a misspelt name does not pass unseen. */
  abstract fields<Name extends string>(
    map: ConfigNode,
    names: readonly Name[],
  ): { readonly [Key in Name]?: ConfigNode };
  protected abstract pairs(map: ConfigNode): [string, ConfigNode | null][];
  protected abstract items(list: ConfigNode): readonly (ConfigNode | null)[];

  map(node: ConfigNode | null, what: string): ConfigNode {
    return node && this.isMap(node) ? node : this.fail(node, `${what} must be a map`);
  }

  list(node: ConfigNode | null, what: string): readonly (ConfigNode | null)[] {
    return node && this.isList(node)
      ? this.#counted(node, this.items(node))
      : this.fail(node, `${what} must be a list`);
  }

  entries(map: ConfigNode): [string, ConfigNode | null][] {
    return this.#counted(map, this.pairs(map));
  }

  string(node: ConfigNode | null, what: string): string {
    const value = this.scalar(node);
    return typeof value === "string" ? value : this.fail(node, `${what} must be a text`);
  }

  count(node: ConfigNode, what: string): number {
    const value = this.scalar(node);
    return typeof value === "number" && Number.isInteger(value) && value >= 0
      ? value
      : this.fail(node, `${what} must be a number, 0 or more`);
  }

  boolean(node: ConfigNode, what: string): boolean {
    const value = this.scalar(node);
    return typeof value === "boolean" ? value : this.fail(node, `${what} must be true or false`);
  }

  /** Seconds, from a number or from text such as `1.5s`, `100ms`. */
  duration(node: ConfigNode): number {
    const value = this.scalar(node);
    const parsed = typeof value === "string" ? parseDuration(value) : { value };
    const seconds = "error" in parsed ? undefined : parsed.value;
    return typeof seconds === "number" && seconds >= 0
      ? seconds
      : this.fail(node, "a duration must be a number of seconds or a text such as 500ms or 2s");
  }

  #counted<Parts extends readonly unknown[]>(node: ConfigNode, parts: Parts): Parts {
    this.#left -= parts.length;
    return this.#left < 0 ? this.fail(node, "aliases make too much of this file") : parts;
  }
}
