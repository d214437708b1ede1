import { comparison as comparisons } from "../../language/operators.js";
import type { VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import { plainValue, typeOf, type Analysis, type Value } from "../analysis.js";
import { coerce, typeName } from "./coerce.js";
import { evaluate } from "./index.js";

/** Comparisons and matches: both sides of one type; the right is read as what the left asks for (6.5). */
export function comparison(a: Analysis, e: ast.BinaryExpression, wanted: VclType): Value | undefined {
  const left = evaluate(a, e.left, wanted);
  if (left === undefined) return undefined;
  const type = typeOf(left);
  const rule = comparisons.find((row) => row.left === type && row.operators.includes(e.operator));
  if (rule === undefined) {
    return a.report("comparison-type", e.operatorSpan, { operator: e.operator, type: typeName(left) });
  }
  const right = evaluate(a, e.right, rule.right);
  if (right === undefined) return undefined;
  if (rule.right !== type) {
    return coerce(a, e.right, right, rule.right) && plainValue("BOOL");
  }
  if (typeOf(right) === type) return plainValue("BOOL");
  const parameters = { left: typeName(left), operator: e.operator, right: typeName(right) };
  return a.report("comparison-types", e.operatorSpan, parameters, comparisonHint(type, right));
}

function comparisonHint(left: VclType, right: Value): { hint?: string } {
  const type = typeOf(right);
  if (type === "IP") return { hint: "write the address on the right: client.ip == …" };
  if (left === "STRING") return { hint: 'make a string of the right side: "" + …' };
  if (left === "DURATION" && type === "INT") return { hint: "a duration needs a unit: 10s, 5m, 1h" };
  return {};
}
