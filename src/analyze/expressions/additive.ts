import { addition } from "../../language/operators.js";
import type { VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import { plainValue, typeOf, type Analysis, type Value } from "../analysis.js";
import { chainOf } from "./BinaryExpression.js";
import { convertToString, typeName } from "./coerce.js";
import { evaluate } from "./index.js";
import { regexConstant } from "./StringLiteral.js";

/** `+ -`: arithmetic where the types have a rule for it, else a concatenation where a string is looked for (6.4). */
export function additive(a: Analysis, e: ast.BinaryExpression, wanted: VclType): Value | undefined {
  if (wanted === "REGEX" || wanted === "IP") {
    const text = additive(a, e, "STRING");
    const isPattern = wanted === "REGEX" && typeof text?.constant === "string";
    return text !== undefined && isPattern ? regexConstant(a, e, text) : text;
  }
  const chain = chainOf(e, ["+", "-"]);
  const [innermost] = chain;
  let left = innermost && evaluate(a, innermost.left, wanted);
  for (const node of chain) {
    left = left && add(a, node, left, wanted);
    if (left === undefined) return undefined;
    if (node !== e) a.expressions.set(node, left);
  }
  return left;
}

function add(a: Analysis, e: ast.BinaryExpression, left: Value, wanted: VclType): Value | undefined {
  const isString = wanted === "STRING";
  const type = typeOf(left);
  const rules = addition.filter((rule) => rule.left === type && rule.operators.includes(e.operator));
  const context = rules.length > 0 || !isString ? type : "STRING";
  const right = evaluate(a, e.right, context);
  if (right === undefined) return undefined;
  const rule = rules.find((candidate) => candidate.right === typeOf(right));
  if (rule !== undefined) return plainValue(rule.result, { concatenation: false });
  if (e.operator === "+" && (isString || type === "STRING")) {
    return concatenate(left, right) ?? reportTypes(a, e, left, right);
  }
  return reportTypes(a, e, left, right);
}

function reportTypes(a: Analysis, e: ast.BinaryExpression, left: Value, right: Value): undefined {
  const span = { ...e.operatorSpan, end: e.right.span.end };
  return a.report("operator-types", span, {
    left: typeName(left),
    operator: e.operator,
    right: typeName(right),
  });
}

function concatenate(left: Value, right: Value): Value | undefined {
  if (!convertToString(left) || !convertToString(right)) return undefined;
  const merged = isText(left) && isText(right);
  return {
    type: "STRING",
    nullable: false,
    strands: merged ? 1 : left.strands + right.strands,
    concatenation: true,
    ...(merged ? { constant: `${String(left.constant)}${String(right.constant)}` } : {}),
  };
}

function isText(value: Value): boolean {
  return value.type === "STRING" && typeof value.constant === "string";
}
