import type * as ast from "../../parser/ast.js";
import type { LintContext } from "../lint-context.js";
import { textComparison } from "../support/comparisons.js";
import { bare, variableName } from "../support/values.js";

/** `x != "a" || x != "b"`, which is always true, and `x == "a" && x == "b"`, which never is. */
export function contradictoryComparison(lint: LintContext): void {
  const inner = new Set<ast.Expression>();
  lint.visit({
    BinaryExpression(e) {
      if ((e.operator !== "||" && e.operator !== "&&") || inner.has(e)) return;
      check(lint, e, operands(e, e.operator, inner));
    },
  });
}

/** The operands of a chain of one operator. */
function operands(
  e: ast.Expression,
  operator: "||" | "&&",
  inner: Set<ast.Expression>,
): readonly ast.Expression[] {
  const list: ast.Expression[] = [];
  const pending = [e];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const node = bare(next);
    if (node.kind === "BinaryExpression" && node.operator === operator) {
      inner.add(node);
      pending.push(node.right, node.left);
    } else list.push(node);
  }
  return list;
}

function check(lint: LintContext, e: ast.BinaryExpression, list: readonly ast.Expression[]): void {
  const equal = e.operator === "&&";
  const seen = new Map<string, string>();
  for (const operand of list) {
    const comparison = textComparison(lint, operand);
    const name = comparison && variableName(lint, comparison.value);
    if (comparison?.equal !== equal || name === undefined) continue;
    const before = seen.get(name);
    seen.set(name, comparison.text);
    if (before === undefined || before === comparison.text) continue;
    const hint = `did you mean ${equal ? "||" : "&&"}?`;
    lint.report("contradictory-comparison", e.span, { value: String(!equal), name }, { hint });
    return;
  }
}
