import type * as ast from "../../parser/ast.js";
import type { LintContext } from "../lint-context.js";
import { constantText } from "./values.js";

/** `value == "text"` or `value != "text"`. */
export interface TextComparison {
  readonly node: ast.BinaryExpression;
  readonly equal: boolean;
  readonly value: ast.Expression;
  readonly literal: ast.Expression;
  readonly text: string;
}

/** A comparison of something with a constant text. */
export function textComparison(lint: LintContext, e: ast.Expression): TextComparison | undefined {
  if (e.kind !== "BinaryExpression" || (e.operator !== "==" && e.operator !== "!=")) return undefined;
  const left = constantText(lint, e.left);
  const right = constantText(lint, e.right);
  const text = right ?? left;
  if (text === undefined || (left !== undefined && right !== undefined)) return undefined;
  const [value, literal] = right === undefined ? [e.right, e.left] : [e.left, e.right];
  return { node: e, equal: e.operator === "==", value, literal, text };
}

const known = new WeakMap<LintContext, readonly TextComparison[]>();

/** Every comparison with a constant text. */
export function textComparisons(lint: LintContext): readonly TextComparison[] {
  let comparisons = known.get(lint);
  if (comparisons === undefined) known.set(lint, (comparisons = findComparisons(lint)));
  return comparisons;
}

function findComparisons(lint: LintContext): readonly TextComparison[] {
  const found: TextComparison[] = [];
  lint.visit({
    BinaryExpression(e) {
      const comparison = textComparison(lint, e);
      if (comparison) found.push(comparison);
    },
  });
  return found;
}
