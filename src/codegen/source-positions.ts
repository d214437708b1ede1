import { lineStarts, position } from "../source/position.js";
import type { SourceFile } from "../source/source-file.js";

/** A place as source maps count: line from 1, column from 0, in UTF-16 code units of the decoded text. */
export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

/** Positions in one VCL source: its text is bytes, the positions are of its UTF-8 reading. */
export class SourcePositions {
  /** The text as an editor shows it. */
  readonly decoded: string;
  readonly #file: SourceFile;
  readonly #isAscii: boolean;

  constructor(file: SourceFile) {
    this.#file = file;
    this.#isAscii = !/[\x80-\xff]/.test(file.text);
    this.decoded = this.#isAscii ? file.text : decodeUtf8(file.text);
  }

  /** The position of a byte offset. */
  at(offset: number): SourcePosition {
    const { line, column } = position(this.#file, offset);
    if (this.#isAscii) return { line, column: column - 1 };
    const start = lineStarts(this.#file)[line - 1] ?? 0;
    return { line, column: decodeUtf8(this.#file.text.slice(start, offset)).length };
  }
}

/** Positions in many sources; what is known of a source is made once. */
export class PositionIndex {
  readonly #sources = new Map<SourceFile, SourcePositions>();

  of(file: SourceFile): SourcePositions {
    let positions = this.#sources.get(file);
    if (!positions) this.#sources.set(file, (positions = new SourcePositions(file)));
    return positions;
  }
}

/** Bytes, one per code unit, read as UTF-8; what is none reads as U+FFFD. */
export function decodeUtf8(bytes: string): string {
  if (!/[\x80-\xff]/.test(bytes)) return bytes;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return decoder.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}
