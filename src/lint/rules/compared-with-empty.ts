import type * as ast from "../../parser/ast.js";
import { visit } from "../../parser/visit.js";
import type { LintContext } from "../lint-context.js";
import { textComparison, type TextComparison } from "../support/comparisons.js";
import { bare, variableName } from "../support/values.js";

/** `req.http.X == ""` where nothing else in the condition asks whether the header is set. */
export function comparedWithEmpty(lint: LintContext): void {
  const conditions = new Set<ast.Expression>();
  lint.visit({
    IfArm({ test }) {
      conditions.add(test);
    },
    SetStatement({ value }) {
      conditions.add(value);
    },
  });
  for (const condition of conditions) checkCondition(lint, condition);
}

function checkCondition(lint: LintContext, condition: ast.Expression): void {
  const comparisons: TextComparison[] = [];
  const asked = new Set<string | undefined>();
  visit(condition, {
    BinaryExpression(e) {
      const comparison = textComparison(lint, e);
      if (comparison?.text !== "") return undefined;
      comparisons.push(comparison);
      return false;
    },
    NameExpression(e) {
      asked.add(variableName(lint, e));
    },
  });
  for (const { node, value, equal } of comparisons) {
    const fact = lint.fact(bare(value));
    const name = variableName(lint, value);
    if (fact?.resolution?.kind !== "header" || name === undefined || asked.has(name)) continue;
    const hint = `${equal ? "!" : ""}${name} asks whether it is ${equal ? "not " : ""}set`;
    lint.report("compared-with-empty", node.span, { name }, { hint });
  }
}
