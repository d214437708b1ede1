import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { emitResolved } from "../shared/resolution.js";

/** A property of a value that is no plain name. */
export function emitMemberExpression(e: Emitter, node: ast.MemberExpression): void {
  emitResolved(e, node);
}
