import type { AnalyzedProgram, ExpressionFact } from "../analyze/program.js";
import type { DiagnosticParameters } from "../diagnostics/catalog.js";
import type { LintCode } from "../diagnostics/catalog/lint.js";
import { diagnostic, type Diagnostic } from "../diagnostics/diagnostic.js";
import type * as ast from "../parser/ast.js";
import type { Span } from "../source/source-file.js";

/** A program under inspection, and what the rules have found so far. */
export class LintContext {
  readonly program: AnalyzedProgram;
  readonly diagnostics: Diagnostic[] = [];

  constructor(program: AnalyzedProgram) {
    this.program = program;
  }

  report<Code extends LintCode>(
    code: Code,
    span: Span,
    parameters: DiagnosticParameters<Code>,
    extra?: Pick<Diagnostic, "hint" | "related">,
  ): void {
    this.diagnostics.push(diagnostic(code, span, parameters, extra));
  }

  fact(e: ast.Expression): ExpressionFact | undefined {
    return this.program.expressions.get(e);
  }
}

/** One question about a program. It changes nothing but the list of diagnostics. */
export type Rule = (lint: LintContext) => void;
