import type { VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import { plainValue, type Analysis, type Value } from "../analysis.js";
import { chainOf } from "./BinaryExpression.js";
import { convert, typeName } from "./coerce.js";
import { evaluate } from "./index.js";

/** `||` and `&&` ask both sides for their truth; both sides are checked even when one is wrong. */
export function logical(a: Analysis, e: ast.BinaryExpression, wanted: VclType): Value | undefined {
  const chain = chainOf(e, [e.operator]);
  const [innermost] = chain;
  if (innermost === undefined) return undefined;
  let right = operand(a, innermost, innermost.left, wanted, "preceded");
  for (const node of chain) {
    const left = right;
    right = operand(a, node, node.right, wanted, "followed") && left;
    if (node !== e && right) a.expressions.set(node, plainValue("BOOL"));
  }
  return right ? plainValue("BOOL") : undefined;
}

function operand(
  a: Analysis,
  e: ast.BinaryExpression,
  side: ast.Expression,
  wanted: VclType,
  place: "preceded" | "followed",
): boolean {
  const value = evaluate(a, side, wanted);
  if (value === undefined) return false;
  if (convert(value, "BOOL")) return true;
  a.report("logical-operand", side.span, { operator: e.operator, place, type: typeName(value) });
  return false;
}
