import { SourceMapGenerator } from "source-map";
import type { SourceFile, Span } from "../source/source-file.js";
import type { WordTokens } from "./align.js";
import { PositionIndex } from "./source-positions.js";
import type { Segment } from "./writer.js";

/** A source map, version 3. */
export interface SourceMap {
  readonly version: 3;
  readonly file: string;
  readonly sources: readonly string[];
  readonly sourcesContent: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

export interface SourceMapInput {
  /** Name of the generated file, as the map names it. */
  readonly file: string;
  /** The text that the map is for, and its word tokens. */
  readonly text: string;
  readonly tokens: WordTokens;
  /** What the writer noted, and the word tokens of the text it wrote, one for each of `tokens`. */
  readonly segments: readonly Segment[];
  readonly writtenTokens: WordTokens;
  /** How a source is called in the map: relative to the generated file. */
  readonly sourceName: (file: SourceFile) => string;
  /** Lines that will stand before the text. */
  readonly linesBefore: number;
}

/** Maps every word token of a generated text to the VCL span that it was written for. */
export function sourceMap(input: SourceMapInput): SourceMap {
  const generator = new SourceMapGenerator({ file: input.file, skipValidation: true });
  const positions = new PositionIndex();
  const lines = new LineCounter(input.text, input.linesBefore + 1);
  let previous: { line: number; span: Span | undefined } | undefined;
  for (const [token, span] of tokenSpans(input)) {
    const generated = lines.at(token);
    if (previous?.line === generated.line && previous.span === span) continue;
    previous = { line: generated.line, span };
    if (span) {
      const original = positions.of(span.file).at(span.start);
      generator.addMapping({ generated, original, source: input.sourceName(span.file) });
    } else {
      generator.addMapping({ generated } as Parameters<SourceMapGenerator["addMapping"]>[0]);
    }
  }
  for (const file of filesOf(input.segments)) {
    generator.setSourceContent(input.sourceName(file), positions.of(file).decoded);
  }
  return generator.toJSON() as unknown as SourceMap;
}

/** Where each token begins, and the span of the segment in which its counterpart was written. */
function* tokenSpans({
  tokens,
  segments,
  writtenTokens,
}: SourceMapInput): Iterable<[number, Span | undefined]> {
  let segment = 0;
  for (const [index, start] of tokens.starts.entries()) {
    const written = writtenTokens.starts[index] ?? Infinity;
    while ((segments[segment + 1]?.offset ?? Infinity) <= written) segment += 1;
    yield [start, segments[segment]?.span];
  }
}

function filesOf(segments: readonly Segment[]): Set<SourceFile> {
  const files = new Set<SourceFile>();
  for (const { span } of segments) if (span) files.add(span.file);
  return files;
}

/** Lines and columns of offsets that only grow. */
class LineCounter {
  readonly #text: string;
  #line: number;
  #start = 0;
  #end: number;

  constructor(text: string, firstLine: number) {
    this.#text = text;
    this.#line = firstLine;
    this.#end = text.indexOf("\n");
  }

  at(offset: number): { readonly line: number; readonly column: number } {
    while (this.#end !== -1 && this.#end < offset) {
      this.#line += 1;
      this.#start = this.#end + 1;
      this.#end = this.#text.indexOf("\n", this.#start);
    }
    return { line: this.#line, column: offset - this.#start };
  }
}
