import type { SourceFile, Span } from "../source/source-file.js";

/** A place as editors and source maps count: line from 1, column from 0, in UTF-16 code units of the decoded text. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** Positions in one VCL source; the source's text is bytes, positions are of its UTF-8 reading. */
export class SourcePositions {
  /** The text as an editor shows it. */
  readonly decoded: string;
  readonly #text: string;
  readonly #isAscii: boolean;
  readonly #lineStarts: number[] = [0];

  constructor(file: SourceFile) {
    this.#text = file.text;
    // eslint-disable-next-line no-control-regex -- every byte below 0x80 is itself in UTF-8
    this.#isAscii = /^[\x00-\x7f]*$/.test(file.text);
    this.decoded = this.#isAscii ? file.text : decodeUtf8(file.text);
    for (let at = file.text.indexOf("\n"); at !== -1; at = file.text.indexOf("\n", at + 1)) {
      this.#lineStarts.push(at + 1);
    }
  }

  /** The position of a byte offset. */
  at(offset: number): SourcePosition {
    const line = this.#lineOf(offset);
    const start = this.#lineStarts[line] ?? 0;
    const column = this.#isAscii ? offset - start : decodeUtf8(this.#text.slice(start, offset)).length;
    return { line: line + 1, column };
  }

  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Positions in many sources; the tables are made once for each. */
export class PositionIndex {
  readonly #tables = new Map<SourceFile, SourcePositions>();

  of(file: SourceFile): SourcePositions {
    let table = this.#tables.get(file);
    if (!table) this.#tables.set(file, (table = new SourcePositions(file)));
    return table;
  }

  /** `file:line:column`, both from 1, for messages of emitted code. */
  place({ file, start }: Span): string {
    const { line, column } = this.of(file).at(start);
    return `${file.name}:${line}:${column + 1}`;
  }
}

function decodeUtf8(bytes: string): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return decoder.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}
