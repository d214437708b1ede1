import type * as ast from "../parser/ast.js";
import type { SourceFile, Span } from "../source/source-file.js";
import { decodeUtf8 } from "./source-positions.js";
import type { Writer } from "./writer.js";

/** What stands between two statements: comments, and where blank lines separate them. */
export interface Gap {
  readonly comments: readonly Comment[];
  /** A blank line stands before what follows the gap. */
  readonly endsBlank: boolean;
}

export interface Comment {
  /** One line, without its comment signs. */
  readonly text: string;
  /** It stands behind a statement, on the same line. */
  readonly trails: boolean;
  /** A blank line stands before it. */
  readonly afterBlank: boolean;
}

// A string can only be that of an `include` which brought nothing in.
const piece = /\n|#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/|"[^"\n]*"/g;

/** Reads the text (bytes) between two statements. */
export function readGap(bytes: string): Gap {
  const comments: Comment[] = [];
  if (!/[#\n/]/.test(bytes)) return { comments, endsBlank: false };
  let newlines = 0;
  let total = 0;
  for (const [found] of bytes.matchAll(piece)) {
    if (found === "\n") {
      newlines += 1;
      total += 1;
    } else if (!found.startsWith('"')) {
      for (const [index, text] of commentLines(found).entries()) {
        comments.push({ text, trails: total === 0 && index === 0, afterBlank: index === 0 && newlines > 1 });
      }
      newlines = 0;
    }
  }
  return { comments, endsBlank: newlines > 1 };
}

/** The comment lines right above an offset, with no blank line between. */
export function commentsAbove(bytes: string, offset: number): readonly string[] {
  const lines: string[] = [];
  let end = bytes.lastIndexOf("\n", offset - 1);
  while (end > 0) {
    const start = commentStart(bytes, end);
    if (start === undefined) break;
    lines.unshift(...commentLines(bytes.slice(start, end).trim()));
    end = start - 1;
  }
  return lines;
}

/** Where the line starts on which the comment begins that ends the line which ends at `end`. */
function commentStart(bytes: string, end: number): number | undefined {
  const line = bytes.lastIndexOf("\n", end - 1) + 1;
  const text = bytes.slice(line, end).trim();
  if (/^(?:#|\/\/)/.test(text)) return line;
  if (!text.endsWith("*/")) return undefined;
  const opening = bytes.lastIndexOf("/*", end);
  const first = bytes.lastIndexOf("\n", opening) + 1;
  return opening >= 0 && bytes.slice(first, opening).trim() === "" ? first : undefined;
}

/** Writes a comment of the VCL, in code that people read. */
export function writeComment(out: Writer, text: string): void {
  out.type(text === "" ? "//\n" : `// ${text}\n`);
}

/** Writes the comment right above a declaration. */
export function writeCommentsAbove(out: Writer, { file, start }: Span): void {
  for (const text of commentsAbove(file.text, start)) writeComment(out, text);
}

/** What stands before each statement of a block, and what before its end. */
export function gapsOf({ statements, span }: ast.Block): readonly Gap[] {
  return [...statements, undefined].map((next, index) => {
    const previous = statements[index - 1];
    return gapBetween(
      previous
        ? { file: previous.span.file, offset: previous.span.end }
        : { file: span.file, offset: span.start },
      next ? { file: next.span.file, offset: next.span.start } : { file: span.file, offset: span.end },
    );
  });
}

interface Place {
  readonly file: SourceFile;
  readonly offset: number;
}

/** Where an include lies between two places, nothing can be told of what stands there. */
function gapBetween(from: Place, to: Place): Gap {
  if (from.file !== to.file) return { comments: [], endsBlank: true };
  return readGap(from.file.text.slice(from.offset, to.offset));
}

/** Words that mean something to tools that read TypeScript; in VCL they were meant for nobody. */
const directive = /^[@#]|^(?:prettier|eslint|tslint|biome|istanbul|c8|v8|node:|deno)\b/;

function commentLines(comment: string): string[] {
  const inner = comment.startsWith("/*")
    ? comment
        .slice(2, -2)
        .replace(/^ /, "")
        .replaceAll(/^[ \t]*\*+ ?/gm, "")
    : comment.replace(/^(?:#+|\/\/+) ?/, "");
  return decodeUtf8(inner)
    .split("\n")
    .map((line) => line.replaceAll(/[\p{Cc}\u2028\u2029]/gu, " ").trimEnd())
    .filter(
      (line, index, lines) => (line.trim() !== "" || lines.length === 1) && !directive.test(line.trim()),
    );
}
