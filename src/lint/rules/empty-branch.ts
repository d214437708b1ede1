import type * as ast from "../../parser/ast.js";
import { visit } from "../../parser/visit.js";
import type { LintContext } from "../lint-context.js";

/** `if (…) { }`. A comment in the braces says that it is meant, and a function that is called may do all that there is to do. */
export function emptyBranch(lint: LintContext): void {
  lint.visit({
    IfStatement({ arms, otherwise }) {
      for (const { test, body } of arms) if (!callsModule(test)) check(body);
      if (otherwise) check(otherwise);
    },
  });

  function callsModule(test: ast.Expression): boolean {
    let calls = false;
    visit(test, {
      CallExpression(call) {
        const kind = lint.fact(call)?.resolution?.kind;
        calls ||= kind === "function" || kind === "method";
      },
    });
    return calls;
  }

  function check({ statements, span }: ast.Block): void {
    const inside = span.file.text.slice(span.start + 1, span.end - 1);
    if (statements.length === 0 && inside.trim() === "") lint.report("empty-branch", span, {});
  }
}
