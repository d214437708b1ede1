import type { SourceFile, Span } from "../source/source-file.js";

/** One piece of a `.vcc` file: a signature (from a `$` in column 0, with its indented continuation lines) and what documents it. */
export interface Stanza {
  /** The word after `$`: `Function`, `Module` … */
  readonly keyword: string;
  /** The signature's text after the keyword. */
  readonly signature: Span;
  /** `$` to the end of the signature. */
  readonly span: Span;
  /** Blank lines around it trimmed; decoded from UTF-8. */
  readonly doc: string;
}

/** Splits a `.vcc` file into stanzas; what stands before the first one is the licence and is passed over. */
export function splitStanzas(file: SourceFile): readonly Stanza[] {
  const starts = [...file.text.matchAll(/^\$/gm)].map((match) => match.index);
  return starts.map((start, index) => stanzaAt(file, start, starts[index + 1] ?? file.text.length));
}

function stanzaAt(file: SourceFile, start: number, next: number): Stanza {
  const text = file.text.slice(start, next);
  const signature = /^[^\n]*(?:\n[ \t][^\n]*)*/.exec(text)?.[0] ?? "";
  const keyword = /^\$([^\s[\](){},="']*)/.exec(signature)?.[1] ?? "";
  const end = start + signature.trimEnd().length;
  return {
    keyword,
    signature: { file, start: start + 1 + keyword.length, end },
    span: { file, start, end },
    doc: decodeUtf8(text.slice(signature.length)).replace(/^(?:[ \t\r]*\n)+|\s+$/g, ""),
  };
}

/** Bytes, one per code unit, as text. */
export function decodeUtf8(bytes: string): string {
  return new TextDecoder().decode(Uint8Array.from(bytes, (letter) => letter.charCodeAt(0)));
}
