import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { emitResolved } from "../shared/resolution.js";

/** A VMOD function or method, a type method, `regsub` or `regsuball`. */
export function emitCallExpression(e: Emitter, node: ast.CallExpression): void {
  emitResolved(e, node);
}
