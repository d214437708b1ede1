/**
 * A VCL source text. `text` holds the file's bytes, one per code unit (latin1): offsets are byte offsets, as in the reference
 * compiler's messages, and the text of a literal already is the byte string that VCL knows.
 */
export interface SourceFile {
  /** Name as given or found: a path, `<builtin>` or `<inline>`. */
  readonly name: string;
  readonly text: string;
  readonly kind: "file" | "builtin" | "inline";
  /** The `include` that brought this file in. */
  readonly includedFrom?: Span;
}

/** A half-open range of byte offsets in one source file. Lines and columns appear only where something is printed. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** Where included files come from; the Node implementation is in `host/node`, tests use a map. */
export interface SourceReader {
  /**
   * The bytes of a file as latin1 text, or why not (a short text such as "No such file or directory"); `exists`: there is something by that
   * name, but it cannot be read.
   */
  read(path: string): { readonly text: string } | { readonly error: string; readonly exists?: boolean };
  /** Paths that match an absolute glob pattern, sorted by byte order. */
  glob(pattern: string): readonly string[];
}
