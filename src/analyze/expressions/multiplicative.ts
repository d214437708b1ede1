import { multiplication } from "../../language/operators.js";
import type { VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import { plainValue, typeOf, type Analysis, type Value } from "../analysis.js";
import { typeName } from "./coerce.js";
import { evaluate } from "./index.js";

/** `* / %`: the left side decides (language facts, 6.3). */
export function multiplicative(a: Analysis, e: ast.BinaryExpression, wanted: VclType): Value | undefined {
  const left = evaluate(a, e.left, wanted);
  if (left === undefined) return undefined;
  const type = typeOf(left);
  const rule = multiplication[type];
  if (e.operator === "%" && type !== "INT") return a.report("operator-integers-only", e.operatorSpan, {});
  if (rule === undefined) {
    return a.report("operator-type", e.operatorSpan, { operator: e.operator, type: typeName(left) });
  }
  const right = evaluate(a, e.right, rule.right);
  if (right === undefined) return undefined;
  const factor = typeOf(right);
  if (factor !== rule.right && !(rule.right === "REAL" && factor === "INT")) {
    const parameters = { left: typeName(left), operator: e.operator, right: typeName(right) };
    return a.report("operator-types", e.operatorSpan, parameters);
  }
  return plainValue(rule.result);
}
