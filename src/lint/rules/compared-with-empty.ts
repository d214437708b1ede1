import type * as ast from "../../parser/ast.js";
import { visit } from "../../parser/visit.js";
import type { LintContext } from "../lint-context.js";
import { forEachGuarded, userBodies } from "../support/bodies.js";
import { textComparison, type TextComparison } from "../support/comparisons.js";
import { bare, namesIn, sourceOf, targetName, variableName } from "../support/values.js";

/** `req.http.X == ""` where nothing in or around the condition asks whether the header is set, and the policy does not set it. */
export function comparedWithEmpty(lint: LintContext): void {
  const set = new Set<string>();
  for (const statement of lint.nodes("SetStatement")) {
    const target = lint.program.targets.get(statement);
    if (target) set.add(targetName(target));
  }
  for (const { body } of userBodies(lint.program)) {
    forEachGuarded(body.body, (statement, guards) => {
      if (statement.kind !== "IfStatement") return;
      for (const [index, { test }] of statement.arms.entries()) {
        const around = () => [...guards, ...statement.arms.slice(0, index).map((arm) => arm.test)];
        checkCondition(lint, test, around, set);
      }
    });
  }
}

function checkCondition(
  lint: LintContext,
  condition: ast.Expression,
  guards: () => readonly ast.Expression[],
  set: ReadonlySet<string>,
): void {
  const comparisons: TextComparison[] = [];
  const asked = new Set<string | undefined>(set);
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
    const name = variableName(lint, value);
    if (lint.fact(bare(value))?.resolution?.kind !== "header" || name === undefined) continue;
    if (asked.has(name) || guards().some((guard) => namesIn(lint, guard).has(name))) continue;
    const hint = `${equal ? "!" : ""}${name} asks whether it is ${equal ? "not " : ""}set`;
    lint.report(
      "compared-with-empty",
      node.span,
      { name },
      { hint, fix: { span: node.span, text: `${equal ? "!" : ""}${sourceOf(value)}` } },
    );
  }
}
