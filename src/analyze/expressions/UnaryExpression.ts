import { types, type VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import { plainValue, typeOf, type Analysis, type Value } from "../analysis.js";
import { convert, typeName } from "./coerce.js";
import { evaluate } from "./index.js";

/** `!` turns truth round; `-` stands only where a number or a string is looked for (language facts, 6.2). */
export function unaryExpression(a: Analysis, e: ast.UnaryExpression, wanted: VclType): Value | undefined {
  return e.operator === "!" ? not(a, e, wanted) : minus(a, e, wanted);
}

function not(a: Analysis, e: ast.UnaryExpression, wanted: VclType): Value | undefined {
  if (e.operand.kind === "UnaryExpression" && e.operand.operator === "!") {
    return a.report("unknown-token", e.operand.operatorSpan, { token: "!", type: wanted });
  }
  const operand = evaluate(a, e.operand, wanted);
  if (operand === undefined) return undefined;
  if (!convert(operand, "BOOL")) {
    const parameters = { operator: "!", place: "followed", type: typeName(operand) } as const;
    return a.report("logical-operand", e.span, parameters);
  }
  return plainValue("BOOL");
}

function minus(a: Analysis, e: ast.UnaryExpression, wanted: VclType): Value | undefined {
  if (!types[wanted].signed) {
    const hint = wanted === "BOOL" ? { hint: "write the negative number on the right: x > -1" } : {};
    return a.report("unknown-token", e.operatorSpan, { token: "-", type: wanted }, hint);
  }
  const operand = evaluate(a, e.operand, wanted);
  if (operand === undefined) return undefined;
  const type = typeOf(operand);
  if (!types[type].negatable) return a.report("negation-type", e.span, { type: typeName(operand) });
  const literal = e.operand.kind === "NumberLiteral" && typeof operand.constant === "number";
  return plainValue(type, literal ? { constant: -Number(operand.constant) } : {});
}
