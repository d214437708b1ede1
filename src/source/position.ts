import type { SourceFile, Span } from "./source-file.js";

/** A place for people: both numbers start at 1; columns count bytes. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const lineTables = new WeakMap<SourceFile, readonly number[]>();

/** The offsets at which the lines of a file start; made once for each file. */
export function lineStarts(file: SourceFile): readonly number[] {
  let starts = lineTables.get(file);
  if (!starts) {
    starts = findLineStarts(file.text);
    lineTables.set(file, starts);
  }
  return starts;
}

function findLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The index (from 0) of the line that an offset is on. */
export function lineIndex(file: SourceFile, offset: number): number {
  const starts = lineStarts(file);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Line and column of an offset. */
export function position(file: SourceFile, offset: number): Position {
  const line = lineIndex(file, offset);
  return { line: line + 1, column: offset - (lineStarts(file)[line] ?? 0) + 1 };
}

/** The text of a line (from 1) without its line end, or a part of it. */
export function lineText(file: SourceFile, line: number, from = 0, to = Infinity): string {
  const starts = lineStarts(file);
  const start = starts[line - 1] ?? file.text.length;
  const end = starts[line] ?? file.text.length;
  return file.text
    .slice(start + from, Math.max(start + from, Math.min(start + to, end)))
    .replace(/\r?\n$/, "");
}

/** The `include` directives that led to a file, innermost first. */
export function includeStack(file: SourceFile): readonly Span[] {
  const stack: Span[] = [];
  for (let at = file.includedFrom; at; at = at.file.includedFrom) stack.push(at);
  return stack;
}
