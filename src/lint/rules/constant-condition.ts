import type * as ast from "../../parser/ast.js";
import type { LintContext } from "../lint-context.js";
import { bare, callsVmod, sourceOf, variableName } from "../support/values.js";

/** Conditions that can come out one way only. */
export function constantCondition(lint: LintContext): void {
  const check = (e: ast.Expression) => {
    const value = truth(lint, bare(e));
    if (value !== undefined) lint.report("constant-condition", e.span, { value: String(value) });
  };
  lint.visit({
    IfArm: ({ test }) => check(test),
    BinaryExpression({ operator, left, right }) {
      if (operator !== "&&" && operator !== "||") return;
      check(left);
      check(right);
    },
  });
}

function truth(lint: LintContext, e: ast.Expression): boolean | undefined {
  const fact = lint.fact(e);
  if (fact?.resolution?.kind === "boolean") return fact.resolution.value;
  if (e.kind === "StringLiteral") return true;
  if (e.kind === "UnaryExpression" && e.operator === "!") {
    const inner = truth(lint, bare(e.operand));
    return inner === undefined ? undefined : !inner;
  }
  if (e.kind === "BinaryExpression") return comparisonTruth(lint, e);
  // A text that is always there, such as req.url, is true whatever it holds.
  const always = fact?.type === "STRING" && fact.convertTo === "BOOL" && !fact.nullable;
  return always && variableName(lint, e) !== undefined ? true : undefined;
}

const sameSide: Readonly<Record<string, boolean>> = {
  "==": true,
  "<=": true,
  ">=": true,
  "!=": false,
  "<": false,
  ">": false,
};

/** Something compared with itself. */
function comparisonTruth(
  lint: LintContext,
  { operator, left, right }: ast.BinaryExpression,
): boolean | undefined {
  const value = sameSide[operator];
  if (value === undefined || sourceOf(bare(left)) !== sourceOf(bare(right))) return undefined;
  return callsVmod(lint, left) || lint.fact(left)?.nullable ? undefined : value;
}
