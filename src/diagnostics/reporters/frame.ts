import { lineStarts, lineText, position } from "../../source/position.js";
import type { Span } from "../../source/source-file.js";
import { printable } from "./printable.js";

/** The widest piece of a source line that a frame shows. */
const maximumWidth = 120;
const tabWidth = 8;
/** Bytes of a line that are looked at before and after the start of a span: more than can be seen, whatever they are. */
const horizon = 8 * maximumWidth;

/** Lines around a span, with its part on the first line marked by carets. `neighbours` is how many lines to show before and after. */
export function codeFrame(
  span: Span,
  neighbours: number,
  mark: (text: string) => string = (text) => text,
): string[] {
  const start = position(span.file, span.start);
  const last = Math.min(start.line + neighbours, lastLine(span));
  const first = Math.max(1, start.line - neighbours);
  const gutter = String(last).length;
  const from = Math.max(0, start.column - 1 - horizon);
  const seen = (number: number) => lineText(span.file, number, from, from + 2 * horizon);
  const line = seen(start.line);
  const column = start.column - 1 - from;
  const before = expand(line.slice(0, column), 0);
  const length = Math.max(1, Math.min(span.end - span.start, line.length - column));
  const marked = expand(line.slice(column, column + length), before.length);
  // A very long line is shown from shortly before the span on.
  const skip =
    before.length + marked.length > maximumWidth ? Math.max(0, before.length - maximumWidth / 4) : 0;

  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    const text = expand(seen(number), 0)
      .slice(skip, skip + maximumWidth)
      .trimEnd();
    frame.push(`${String(number).padStart(gutter + 2)} |${text === "" ? "" : ` ${text}`}`);
    if (number === start.line) {
      const carets = "^".repeat(Math.max(1, Math.min(marked.length, skip + maximumWidth - before.length)));
      frame.push(`${" ".repeat(gutter + 2)} | ${" ".repeat(before.length - skip)}${mark(carets)}`);
    }
  }
  return frame;
}

/** A last line without text, after the final line end, is none that is worth showing. */
function lastLine(span: Span): number {
  const starts = lineStarts(span.file);
  const endsInNewline = starts.length > 1 && starts[starts.length - 1] === span.file.text.length;
  return endsInNewline ? Math.max(starts.length - 1, position(span.file, span.start).line) : starts.length;
}

/** Byte text as shown from a column (from 0) on: decoded, tabs as spaces to the next multiple of eight. */
function expand(bytes: string, from: number): string {
  let shown = "";
  for (const character of printable(bytes)) {
    if (character !== "\t") shown += character;
    else shown += " ".repeat(tabWidth - ((from + shown.length) % tabWidth));
  }
  return shown;
}
