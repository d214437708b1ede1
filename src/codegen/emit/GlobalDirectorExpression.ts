import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { emitResolved } from "../shared/resolution.js";

/** `global.api` → `global_api`, the local that loading has bound. */
export function emitGlobalDirectorExpression(e: Emitter, node: ast.GlobalDirectorExpression): void {
  emitResolved(e, node);
}
