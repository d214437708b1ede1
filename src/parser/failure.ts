import type { Diagnostic } from "../diagnostics/diagnostic.js";

/** Ends the rule that is being parsed; the nearest list of statements, fields or declarations catches it and goes on. */
export class ParseFailure extends Error {
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}
