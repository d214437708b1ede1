import type * as ast from "../parser/ast.js";
import type { Span } from "../source/source-file.js";
import { Places, type ViewFile, type ViewOptions, type ViewSpan } from "./places.js";

/** A part of the syntax tree as JSON: the same properties, but spans name their file by its index and have lines and columns. */
export type AstJson<Part> = Part extends Span
  ? ViewSpan
  : Part extends object
    ? { readonly [Key in keyof Part]: AstJson<Part[Key]> }
    : Part;

/** The syntax tree of a program as JSON: what `vclc compile --emit ast` writes. docs/ast.md describes the nodes. */
export interface AstDocument {
  readonly format: "vclc-ast";
  /** Grows when a node changes or goes; new kinds and properties alone do not change it. */
  readonly version: 1;
  readonly files: readonly ViewFile[];
  readonly program: AstJson<ast.Program>;
}

/** The document as text, to be read by people too: indented, a span on one line. */
export function astText(document: AstDocument): string {
  const pieces: string[] = [];
  printJson(document, "", (piece) => pieces.push(piece));
  return `${pieces.join("")}\n`;
}

/** The same text in pieces, without the document, which is many times as large as the tree. */
export function printAst(program: ast.Program, options: ViewOptions, write: (piece: string) => void): void {
  const places = new Places(program.span.file, options);
  // Which files there are is written first.
  toSpans(program, (span) => places.span(span));
  const head = { format: "vclc-ast", version: 1, files: places.files, program: program as unknown };
  printJson(head, "", write, places);
  write("\n");
}

function toSpans(value: unknown, found: (span: Span) => void): void {
  if (typeof value !== "object" || value === null) return;
  if (isSpan(value)) found(value);
  else for (const inner of Object.values(value)) toSpans(inner, found);
}

/** Writes what `JSON.stringify` does with an indent of two, but spans on one line; given places, those of a tree turned into the document's. */
function printJson(value: unknown, indent: string, write: (piece: string) => void, places?: Places): void {
  if (typeof value !== "object" || value === null) return write(JSON.stringify(value));
  if (isSpan(value)) return write(oneLine(typeof value.start === "number" ? places?.span(value) : value));
  const isArray = Array.isArray(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  if (entries.length === 0) return write(isArray ? "[]" : "{}");
  const inside = `${indent}  `;
  entries.forEach(([key, inner], index) => {
    const open = index > 0 ? "," : isArray ? "[" : "{";
    write(`${open}\n${inside}${isArray ? "" : `${JSON.stringify(key)}: `}`);
    printJson(inner, inside, write, places);
  });
  write(`\n${indent}${isArray ? "]" : "}"}`);
}

function oneLine(span: unknown): string {
  return JSON.stringify(span, null, 1).replaceAll(/\s+/g, " ");
}

/** Makes the document of a tree. The parser limits how deep a tree can be, so this may recurse. */
export function astDocument(program: ast.Program, options: ViewOptions = {}): AstDocument {
  const places = new Places(program.span.file, options);
  const tree = toJson(program, places) as AstJson<ast.Program>;
  return { format: "vclc-ast", version: 1, files: places.files, program: tree };
}

function toJson(value: unknown, places: Places): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => toJson(item, places));
  if (isSpan(value)) return places.span(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toJson(inner, places)]));
}

function isSpan(value: object): value is Span {
  return "file" in value && "start" in value;
}
