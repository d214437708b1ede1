import type { VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import type { Analysis, Value } from "../analysis.js";
import { evaluate } from "./index.js";

/** Parentheses change nothing; a conversion of what they hold is made once, on the outside. */
export function parenthesizedExpression(
  a: Analysis,
  e: ast.ParenthesizedExpression,
  wanted: VclType,
): Value | undefined {
  const inner = evaluate(a, e.expression, wanted);
  if (inner === undefined) return undefined;
  const { resolution: _, ...value } = inner;
  delete inner.convertTo;
  return value;
}
