import type { Span } from "./source-file.js";

/**
 * The span from the start of one span to the end of another. A thing that began in one file and ended in another (an `include`
 * stood inside it) spans what it began with: its end is of no use without the file.
 */
export function spanTo(first: Span, last: Span): Span {
  if (first.file === last.file && last.end >= first.end) {
    return { file: first.file, start: first.start, end: last.end };
  }
  return first;
}
