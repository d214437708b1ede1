import { comparison as comparisons } from "../../language/operators.js";
import type { VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import { plainValue, typeOf, type Analysis, type Value } from "../analysis.js";
import { converterFor } from "./converters.js";
import { coerce, mismatchHint, typeName } from "./coerce.js";
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
  return a.report("comparison-types", e.operatorSpan, parameters, comparisonHint(e, type, right));
}

function comparisonHint(e: ast.BinaryExpression, left: VclType, right: Value): { hint?: string } {
  const type = typeOf(right);
  if (left === "STRING" && type === "IP") return { hint: "write the address on the right: client.ip == …" };
  if (left === "STRING" && e.operator !== "==" && e.operator !== "!=") {
    // As a text, '9' is greater than '10'.
    const { file, start, end } = e.left.span;
    const number = converterFor(type, file.text.slice(start, end));
    if (number !== undefined) return { hint: `import std; and write ${number} ${e.operator} …` };
  }
  if (left === "STRING") return { hint: 'make a string of the right side: "" + …' };
  return mismatchHint(e.right, right, left);
}
