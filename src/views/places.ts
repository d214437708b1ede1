import { position, type Position } from "../source/position.js";
import type { SourceFile, Span } from "../source/source-file.js";

/** A place in a source. Line and column count from 1, the column in bytes (a tab is one); the offset counts bytes from 0. */
export interface ViewPosition extends Position {
  readonly offset: number;
}

/** A part of a source; `end` is the first place after it. */
export interface ViewSpan {
  /** Index in the document's list of files. */
  readonly file: number;
  readonly start: ViewPosition;
  readonly end: ViewPosition;
}

/** A source that a document has spans in. */
export interface ViewFile {
  readonly name: string;
  readonly kind: SourceFile["kind"];
  /** The `include` that brought it in. */
  readonly includedFrom?: ViewSpan;
}

export interface ViewOptions {
  /** How a source is called in the document; by default its name as given. */
  readonly displayName?: (file: SourceFile) => string;
}

/** Turns spans into what a document holds, and lists the files that they are in: the main one first, then as they are met. */
export class Places {
  readonly files: ViewFile[] = [];
  readonly #indexes = new Map<SourceFile, number>();
  readonly #displayName: (file: SourceFile) => string;

  constructor(main: SourceFile, { displayName = (file) => file.name }: ViewOptions) {
    this.#displayName = displayName;
    this.#indexOf(main);
  }

  span({ file, start, end }: Span): ViewSpan {
    return { file: this.#indexOf(file), start: positionOf(file, start), end: positionOf(file, end) };
  }

  #indexOf(file: SourceFile): number {
    const known = this.#indexes.get(file);
    if (known !== undefined) return known;
    const { kind, includedFrom } = file;
    // Before itself comes the file that includes it.
    const from = includedFrom && this.span(includedFrom);
    const index = this.files.length;
    this.#indexes.set(file, index);
    this.files.push({ name: this.#displayName(file), kind, ...(from && { includedFrom: from }) });
    return index;
  }
}

function positionOf(file: SourceFile, offset: number): ViewPosition {
  return { offset, ...position(file, offset) };
}
