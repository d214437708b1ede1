import type * as ast from "../parser/ast.js";
import type { Step } from "./step.js";

/**
 * The places that a traced VCL tells of (VCL_trace), as Varnish's compiler counts them: every block at its first word, and what comes after an `if` that
 * has no `else`; numbered in the order of the source, the built-in VCL last.
 */
export class TracePoints {
  readonly steps: Step[] = [];
  readonly #numbers = new Map<ast.Block | ast.IfStatement, number>();

  constructor(subs: Iterable<ast.SubDeclaration>) {
    for (const { body } of subs) this.#block(body);
  }

  /** The number of a block, or of what comes after an `if`, from 0; undefined: nothing is told there. */
  numberOf(node: ast.Block | ast.IfStatement): number | undefined {
    return this.#numbers.get(node);
  }

  #block(block: ast.Block): void {
    const { statements, span } = block;
    const close = { span: { ...span, start: span.end - 1 } };
    this.#add(block, statements[0] ?? close);
    for (const [index, statement] of statements.entries()) {
      if (statement.kind === "Block") this.#block(statement);
      if (statement.kind !== "IfStatement") continue;
      for (const { body } of statement.arms) this.#block(body);
      if (statement.otherwise) this.#block(statement.otherwise);
      else this.#add(statement, statements[index + 1] ?? close);
    }
  }

  #add(node: ast.Block | ast.IfStatement, { span }: { readonly span: ast.Node["span"] }): void {
    this.#numbers.set(node, this.steps.length);
    this.steps.push({ kind: "point", span });
  }
}
