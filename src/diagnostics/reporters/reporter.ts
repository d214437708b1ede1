import type { Diagnostic } from "../diagnostic.js";

/** A file that was checked. */
export interface CheckedFile {
  readonly path: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** A file that could not be read. */
export interface UnreadableFile {
  readonly path: string;
  readonly reason: string;
}

/** A format of `vclc check`: what it prints after each file, those that cannot be read too, and what once all are checked. */
export interface Reporter {
  readonly file?: (file: CheckedFile | UnreadableFile) => string;
  readonly end?: (files: readonly (CheckedFile | UnreadableFile)[]) => string;
}
