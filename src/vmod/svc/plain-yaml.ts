import { kind, notPlain, PlainScalars } from "./plain-scalars.js";

/** Makes what a text says; `at` is where in the text a value begins. */
export interface NodeMaker<Node, Collection extends Node = Node> {
  readonly scalar: (value: unknown, at: number) => Node;
  readonly map: (at: number) => Collection;
  readonly list: (at: number) => Collection;
  /** False where the map has the key already. */
  readonly put: (map: Collection, key: string, value: Node) => boolean;
  readonly push: (list: Collection, item: Node) => void;
}

/**
 * Reads YAML as programs write it and most people do, in a tenth of the time that a parser of all of YAML takes: maps and lists by indentation or in
 * brackets (JSON too), scalars of one line, plain or quoted, and comments. Undefined where a text has anything else, or is wrong: whoever asks has it read
 * by such a parser then, which also says what is wrong. What is answered is what that parser would have answered. `start` and `end` are of a part of the
 * text that ends with a line: it is read as if it were the whole.
 */
export function readPlainYaml<Node, Collection extends Node>(
  text: string,
  maker: NodeMaker<Node, Collection>,
  start = 0,
  end = text.length,
): Node | undefined {
  try {
    return new PlainParser(text, maker, start, end).document();
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

/** Collections inside each other. */
const deepest = 50;

class PlainParser<Node, Collection extends Node> extends PlainScalars {
  readonly #maker: NodeMaker<Node, Collection>;
  /** Where the line that is read has its first character, from 0; -1 behind the last line. */
  #column = 0;
  #depth = 0;
  /** Tabs between tokens and lines that begin anywhere are fine: the whole text is in brackets. */
  #isFree = false;

  constructor(text: string, maker: NodeMaker<Node, Collection>, start: number, end: number) {
    super(text, start, end);
    this.#maker = maker;
  }

  document(): Node {
    this.#beginLine();
    const first = this.code();
    this.#isFree = first === 0x7b || first === 0x5b;
    if (this.#column < 0 || (this.#isFree && this.#column > 0)) throw notPlain;
    const node = this.#block(this.#column, -1);
    if (this.#column >= 0) throw notPlain;
    return node;
  }

  /** From behind a value to the first character of the next line that has one. */
  #endLine(): void {
    const before = this.at;
    this.skipSpaces();
    if (this.at >= this.end) {
      this.#column = -1;
      return;
    }
    if (this.code() === 0x23) {
      if (this.at === before) throw notPlain;
      this.skipComment();
    }
    this.skipLineEnd();
    this.#beginLine();
  }

  #beginLine(): void {
    for (;;) {
      const start = this.at;
      this.skipSpaces();
      this.#column = this.at - start;
      if (this.at >= this.end) {
        this.#column = -1;
        return;
      }
      if (this.code() === 0x23) this.skipComment();
      else if (this.kind() !== kind.lineEnd) {
        if (this.#column === 0) this.#refuseMarker();
        return;
      }
      this.skipLineEnd();
    }
  }

  /** At the beginning of a line: `---`, `...` and `%` are about documents. */
  #refuseMarker(): void {
    const code = this.code();
    if (code === 0x25) throw notPlain;
    if ((code === 0x2d || code === 0x2e) && code === this.code(1) && code === this.code(2)) throw notPlain;
  }

  /** A node that begins here, in its column, and the lines that belong to it. `parent` is the column of what it is in. */
  #block(column: number, parent: number): Node {
    if (++this.#depth > deepest) throw notPlain;
    const code = this.code();
    let node: Node;
    if (code === 0x5b || code === 0x7b) {
      node = this.#flow(parent);
      this.#endLine();
    } else if (code === 0x2d && this.isGap(1)) node = this.#blockList(column, parent);
    else node = this.#mapOrScalar(column, parent);
    // More of a scalar, or what belongs nowhere.
    if (this.#column > parent) throw notPlain;
    this.#depth -= 1;
    return node;
  }

  #mapOrScalar(column: number, parent: number): Node {
    const start = this.at;
    const scalar = this.knownKey(false) ?? this.scalar(false);
    const end = this.at;
    this.skipSpaces();
    if (this.isColon()) return this.#blockMap(column, start, this.refuseOdd(scalar, end - start));
    // A file is a map or a list.
    if (parent < 0) throw notPlain;
    this.at = end;
    this.#endLine();
    return this.#maker.scalar(scalar, start);
  }

  #lineScalar(): Node {
    const start = this.at;
    const node = this.#maker.scalar(this.scalar(false), start);
    this.#endLine();
    return node;
  }

  /** A map whose first key has been read. */
  #blockMap(column: number, start: number, firstKey: string): Node {
    const maker = this.#maker;
    const map = maker.map(start);
    let key = firstKey;
    for (;;) {
      this.skipSpaces();
      if (!this.isColon()) throw notPlain;
      this.at += 1;
      if (!maker.put(map, key, this.#valueOfKey(column))) throw notPlain;
      if (this.#column !== column) return map;
      key = this.key(false);
    }
  }

  /** What stands behind a colon, in its line or in those that follow. */
  #valueOfKey(column: number): Node {
    const colonEnd = this.at;
    this.skipSpaces();
    if (this.kind() !== kind.lineEnd && this.code() !== 0x23 && this.at < this.end) {
      const code = this.code();
      if (code === 0x5b || code === 0x7b) {
        const node = this.#flow(column);
        this.#endLine();
        if (this.#column > column) throw notPlain;
        return node;
      }
      if (code === 0x2d && this.isGap(1)) throw notPlain;
      const node = this.#lineScalar();
      if (this.#column > column) throw notPlain;
      return node;
    }
    const gapEnd = this.at;
    this.at = colonEnd;
    this.#endLine();
    if (this.#column > column) return this.#block(this.#column, column);
    if (this.#column === column && this.code() === 0x2d && this.isGap(1))
      return this.#blockList(column, column);
    return this.#maker.scalar(null, gapEnd);
  }

  /** A list in the column of the key that it is the value of ends with the first line that is no item. */
  #blockList(column: number, parent: number): Node {
    const maker = this.#maker;
    const list = maker.list(this.at);
    while (this.#column === column && this.code() === 0x2d && this.isGap(1)) {
      const dash = this.at;
      this.at += 1;
      this.skipSpaces();
      const isBelow = this.kind() === kind.lineEnd || this.code() === 0x23 || this.at >= this.end;
      if (isBelow) {
        this.at = dash + 1;
        this.#endLine();
        if (this.#column <= column) throw notPlain;
      } else this.#column = column + this.at - dash;
      maker.push(list, this.#block(this.#column, column));
    }
    if (this.#column === column && column !== parent) throw notPlain;
    return list;
  }

  #flow(parent: number): Node {
    if (++this.#depth > deepest) throw notPlain;
    const isMap = this.code() === 0x7b;
    const node = isMap ? this.#maker.map(this.at) : this.#maker.list(this.at);
    const end = isMap ? 0x7d : 0x5d;
    this.at += 1;
    this.#skipFlowGap(parent);
    while (this.code() !== end) {
      if (isMap) this.#flowEntry(node, parent);
      else this.#maker.push(node, this.#flowValue(parent));
      this.#skipFlowGap(parent);
      if (this.code() === 0x2c) {
        this.at += 1;
        this.#skipFlowGap(parent);
      } else if (this.code() !== end) throw notPlain;
    }
    this.at += 1;
    this.#depth -= 1;
    return node;
  }

  #flowEntry(map: Collection, parent: number): void {
    const isQuoted = this.code() === 0x22 || this.code() === 0x27;
    const key = this.key(true);
    this.skipSpaces();
    if (this.code() !== 0x3a || !(isQuoted || this.isGap(1))) throw notPlain;
    this.at += 1;
    this.#skipFlowGap(parent);
    if (!this.#maker.put(map, key, this.#flowValue(parent))) throw notPlain;
  }

  #flowValue(parent: number): Node {
    const code = this.code();
    if (code === 0x5b || code === 0x7b) return this.#flow(parent);
    const start = this.at;
    return this.#maker.scalar(this.scalar(true), start);
  }

  /** Blanks, line ends and comments between brackets. Lines stand to the right of what the brackets are in. */
  #skipFlowGap(parent: number): void {
    let lineStart = -1;
    let isBlankBefore = false;
    for (;;) {
      const code = this.code();
      if (code === 0x0a || code === 0x0d) {
        this.skipLineEnd();
        lineStart = this.at;
      } else if (code === 0x20 || (code === 0x09 && this.#isFree)) this.at += 1;
      else if (code === 0x23 && isBlankBefore) this.skipComment();
      else break;
      isBlankBefore = true;
    }
    if (lineStart < 0) return;
    if (this.at >= this.end) throw notPlain;
    if (this.at === lineStart) this.#refuseMarker();
    if (!this.#isFree && this.at - lineStart <= parent) throw notPlain;
  }
}
