import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { emitCondition } from "../shared/truth.js";

/** `!x`, where a test against `undefined` takes the negation in, and `-x`. */
export function emitUnaryExpression(e: Emitter, node: ast.UnaryExpression): void {
  if (node.operator === "!") {
    emitCondition(e, node.operand, true);
    return;
  }
  e.out.write("(-(");
  e.expression(node.operand);
  e.out.write("))");
}
