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
  const text = JSON.stringify(document, null, 2);
  const spans = /"(?:span|operatorSpan|includedFrom)": \{[^]*?\}\s+\}/g;
  return `${text.replace(spans, (span) => span.replaceAll(/\s+/g, " "))}\n`;
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
