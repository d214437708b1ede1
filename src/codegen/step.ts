import type { Span } from "../source/source-file.js";

/**
 * A place that code compiled with `steps` tells of when it gets there: a statement, or an arm of an `if`, by its test, an `else` by its block. A point is one
 * of code compiled with `trace`.
 */
export interface Step {
  readonly kind: "statement" | "arm" | "otherwise" | "point";
  readonly span: Span;
  /** Of an arm: the step of its `if`. */
  readonly of?: number;
}
