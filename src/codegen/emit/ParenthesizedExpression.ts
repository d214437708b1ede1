import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";

/** `( … )`; the formatter drops parentheses that say nothing in JavaScript. */
export function emitParenthesizedExpression(e: Emitter, node: ast.ParenthesizedExpression): void {
  e.out.write("(");
  e.expression(node.expression);
  e.out.write(")");
}
