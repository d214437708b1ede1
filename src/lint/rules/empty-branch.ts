import type * as ast from "../../parser/ast.js";
import type { LintContext } from "../lint-context.js";

/** `if (…) { }`. A comment in the braces says that it is meant. */
export function emptyBranch(lint: LintContext): void {
  lint.visit({
    IfStatement({ arms, otherwise }) {
      for (const { body } of arms) check(body);
      if (otherwise) check(otherwise);
    },
  });

  function check({ statements, span }: ast.Block): void {
    const inside = span.file.text.slice(span.start + 1, span.end - 1);
    if (statements.length === 0 && inside.trim() === "") lint.report("empty-branch", span, {});
  }
}
