import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";

/** A call for its effect. */
export function emitExpressionStatement(e: Emitter, node: ast.ExpressionStatement): void {
  e.expression(node.expression);
  e.out.line(";");
}
