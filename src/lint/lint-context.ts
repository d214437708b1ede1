import type { AnalyzedProgram, ExpressionFact } from "../analyze/program.js";
import type { DiagnosticParameters } from "../diagnostics/catalog.js";
import type { LintCode } from "../diagnostics/catalog/lint.js";
import { diagnostic, type Diagnostic, type DiagnosticExtra } from "../diagnostics/diagnostic.js";
import { DiagnosticLimit } from "../diagnostics/limit.js";
import type * as ast from "../parser/ast.js";
import { walk, type Visitor } from "../parser/visit.js";
import type { Span } from "../source/source-file.js";

/** A program under inspection, and what the rules have found so far. */
export class LintContext {
  readonly program: AnalyzedProgram;
  readonly diagnostics: Diagnostic[] = [];

  readonly #limit = new DiagnosticLimit();
  readonly #nodes = new Map<ast.NodeKind, ast.Node[]>();

  constructor(program: AnalyzedProgram) {
    this.program = program;
    // One walk serves all rules.
    walk(program.syntax, (node) => {
      const same = this.#nodes.get(node.kind);
      if (same) same.push(node);
      else this.#nodes.set(node.kind, [node]);
      return true;
    });
  }

  /** The nodes of a kind in the whole program, in source order, outer ones first. */
  nodes<Kind extends ast.NodeKind>(kind: Kind): readonly ast.NodeOfKind<Kind>[] {
    return (this.#nodes.get(kind) ?? []) as ast.NodeOfKind<Kind>[];
  }

  /** Hands the nodes of some kinds to their handlers, one kind after the other. */
  visit(visitor: Visitor): void {
    for (const [kind, handler] of Object.entries(visitor)) {
      for (const node of this.nodes(kind as ast.NodeKind)) (handler as (node: ast.Node) => void)(node);
    }
  }

  report<Code extends LintCode>(
    code: Code,
    span: Span,
    parameters: DiagnosticParameters<Code>,
    extra?: DiagnosticExtra,
  ): void {
    const reported = this.#limit.admit(diagnostic(code, span, parameters, extra));
    if (reported) this.diagnostics.push(reported);
  }

  fact(e: ast.Expression): ExpressionFact | undefined {
    return this.program.expressions.get(e);
  }
}

/** One question about a program. It changes nothing but the list of diagnostics. */
export type Rule = (lint: LintContext) => void;
