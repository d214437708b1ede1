import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node,
} from "yaml";
import { nearest } from "../../analyze/suggest.js";
import type { Place } from "./test-case.js";

/** A file of tests that is not as it should be. */
export class SpecFailure extends Error {
  override readonly name = "SpecFailure";
  readonly place: Place;

  constructor(place: Place, message: string) {
    super(message);
    this.place = place;
  }
}

type MaybeNode = Node | null | undefined;

/** Reads values out of the documents of a YAML file; whatever is not of the kind that is wanted is a SpecFailure with its place. */
export class YamlReader {
  readonly #lines = new LineCounter();
  readonly documents: readonly Document.Parsed[];
  #document: Document.Parsed | undefined;

  constructor(text: string) {
    const documents = parseAllDocuments(text, { lineCounter: this.#lines, uniqueKeys: true });
    this.documents = Array.isArray(documents) ? documents : [];
    for (const { errors } of this.documents) {
      const [error] = errors;
      if (error) throw new SpecFailure(this.#placeAt(error.pos[0]), firstLine(error.message));
    }
  }

  /** The root of a document, whose aliases are then followed. */
  open(document: Document.Parsed): MaybeNode {
    this.#document = document;
    return document.contents;
  }

  place(node: MaybeNode): Place {
    return this.#placeAt(node?.range?.[0] ?? this.#document?.range[0] ?? 0);
  }

  fail(node: MaybeNode, message: string): never {
    throw new SpecFailure(this.place(node), message);
  }

  /** The values of a mapping that may have these keys and no other; nothing at all is an empty one. */
  fields<Key extends string>(
    given: MaybeNode,
    what: string,
    keys: readonly Key[],
  ): Readonly<Partial<Record<Key, Node>>> {
    const found: Partial<Record<Key, Node>> = {};
    for (const [key, value, node] of this.entries(given, what)) {
      if (!(keys as readonly string[]).includes(key)) {
        const near = nearest(key, keys);
        const hint = near === undefined ? `it may have ${keys.join(", ")}` : `did you mean ${near}?`;
        this.fail(node, `${what} has no ${key}: ${hint}`);
      }
      if (value) found[key as Key] = value;
    }
    return found;
  }

  /** Keys and values of a mapping, in their order, with the nodes of the keys. */
  entries(given: MaybeNode, what: string): readonly (readonly [string, Node | undefined, Node])[] {
    const node = this.#follow(given);
    if (!node || (isScalar(node) && node.value === null)) return [];
    if (!isMap(node)) this.fail(node, `${what} must be a mapping`);
    return node.items.map(({ key, value }) => {
      const name = this.text(key as Node, `a key of ${what}`);
      return [name, (value as MaybeNode) ?? undefined, key as Node] as const;
    });
  }

  list(given: MaybeNode, what: string): readonly Node[] {
    const node = this.#follow(given);
    if (!isSeq(node)) this.fail(node, `${what} must be a list`);
    return node.items as readonly Node[];
  }

  /** A text; numbers and booleans are texts as they are written. */
  text(given: MaybeNode, what: string): string {
    const node = this.#follow(given);
    if (!isScalar(node)) this.fail(node, `${what} must be a text`);
    if (typeof node.value === "string") return node.value;
    if (node.value === null) return "";
    return node.source ?? JSON.stringify(node.value);
  }

  number(given: MaybeNode, what: string): number {
    const node = this.#follow(given);
    const value = isScalar(node) ? Number(node.value) : NaN;
    if (!Number.isInteger(value)) this.fail(node, `${what} must be a whole number`);
    return value;
  }

  boolean(given: MaybeNode, what: string): boolean {
    const node = this.#follow(given);
    if (!isScalar(node) || typeof node.value !== "boolean") this.fail(node, `${what} must be true or false`);
    return node.value;
  }

  isNull(given: MaybeNode): boolean {
    const node = this.#follow(given);
    return !node || (isScalar(node) && node.value === null);
  }

  isText(given: MaybeNode): boolean {
    const node = this.#follow(given);
    return isScalar(node) && typeof node.value === "string";
  }

  #follow(node: MaybeNode): MaybeNode {
    return isAlias(node) && this.#document ? (node.resolve(this.#document) ?? null) : node;
  }

  #placeAt(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? text).replace(/ at line \d+, column \d+:?$/, "");
}
