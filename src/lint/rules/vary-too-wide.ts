import { visit } from "../../parser/visit.js";
import type * as ast from "../../parser/ast.js";
import type { LintContext } from "../lint-context.js";
import { constantText, targetName } from "../support/values.js";

/** A Vary, set by the policy, that names a header of which nearly every client has its own. */
export function varyTooWide(lint: LintContext): void {
  const normalized = new Set<string>();
  const found: { readonly statement: ast.SetStatement; readonly header: string }[] = [];
  lint.visit({
    SetStatement(statement) {
      const target = lint.program.targets.get(statement);
      if (target === undefined) return;
      const name = targetName(target);
      normalized.add(name);
      if (name !== "beresp.http.vary") return;
      visit(statement.value, {
        StringLiteral(literal) {
          const header = /\b(?:User-Agent|Cookie|Referer)\b/i.exec(constantText(lint, literal) ?? "")?.[0];
          if (header !== undefined) found.push({ statement, header });
        },
      });
    },
  });
  for (const { statement, header } of found) {
    if (normalized.has(`req.http.${header.toLowerCase()}`)) continue;
    lint.report("vary-too-wide", statement.span, { header });
  }
}
