import type { Span } from "../source/source-file.js";

/** What is written: a TypeScript module, the same without its types, or the body of a function, for loading into the running process. */
export type Mode = "typescript" | "javascript" | "body";

/** From `offset` of the generated text on, up to the next segment: written for this VCL span, or for none. */
export interface Segment {
  readonly offset: number;
  readonly span: Span | undefined;
}

/** Generated text and what each stretch of it was written for; segments are in order of their offsets. */
export interface WrittenText {
  readonly text: string;
  readonly segments: readonly Segment[];
}

/** Writes code and remembers, for every stretch of it, which VCL span it was written for. */
export class Writer {
  readonly mode: Mode;
  readonly #chunks: string[] = [];
  readonly #segments: Segment[] = [];
  #length = 0;
  #span: Span | undefined;

  constructor(mode: Mode) {
    this.mode = mode;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Writes code for the span of the surrounding `within`. */
  write(text: string): void {
    if (text === "") return;
    if (this.#segments.at(-1)?.span !== this.#span) {
      this.#segments.push({ offset: this.#length, span: this.#span });
    }
    this.#chunks.push(text);
    this.#length += text.length;
  }

  line(text: string): void {
    this.write(`${text}\n`);
  }

  /** Writes what only TypeScript has: a type annotation. */
  type(text: string): void {
    if (this.mode === "typescript") this.write(text);
  }

  /** Writes a string literal whose value is the bytes given. */
  string(bytes: string): void {
    this.write(quote(bytes));
  }

  /** Everything that `body` writes is written for `span`, unless an inner `within` says otherwise. */
  within(span: Span | undefined, body: () => void): void {
    const outer = this.#span;
    this.#span = span;
    body();
    this.#span = outer;
  }

  /** Appends what another writer has written, with its spans. */
  append(other: Writer): void {
    for (const { offset, span } of other.#segments)
      this.#segments.push({ offset: this.#length + offset, span });
    for (const chunk of other.#chunks) this.#chunks.push(chunk);
    this.#length += other.#length;
  }

  finish(): WrittenText {
    return { text: this.#chunks.join(""), segments: this.#segments };
  }
}

/** A JavaScript string literal for a byte string; bytes outside printable ASCII are escaped, so that the text is ASCII. */
export function quote(bytes: string): string {
  return JSON.stringify(bytes).replace(
    /[\x7f-\uffff]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
