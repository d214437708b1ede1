import type { VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import type { Analysis, Value } from "../analysis.js";
import { additive } from "./additive.js";
import { comparison } from "./comparison.js";
import { logical } from "./logical.js";
import { multiplicative } from "./multiplicative.js";

/** Operators bind as the grammar says; what each accepts stands in the tables of language/operators.ts. */
export function binaryExpression(a: Analysis, e: ast.BinaryExpression, wanted: VclType): Value | undefined {
  switch (e.operator) {
    case "||":
    case "&&":
      return logical(a, e, wanted);
    case "+":
    case "-":
      return additive(a, e, wanted);
    case "*":
    case "/":
    case "%":
      return multiplicative(a, e, wanted);
    default:
      return comparison(a, e, wanted);
  }
}

/** The chain of left operands that one loop of operators made, innermost first; long chains must not eat the stack. */
export function chainOf(e: ast.BinaryExpression, operators: readonly string[]): ast.BinaryExpression[] {
  const chain = [e];
  for (let left = e.left; left.kind === "BinaryExpression"; left = left.left) {
    if (!operators.includes(left.operator)) break;
    chain.push(left);
  }
  return chain.reverse();
}
