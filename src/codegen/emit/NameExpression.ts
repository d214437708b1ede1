import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { emitResolved } from "../shared/resolution.js";

/** `req.url`, `backend_api`, `req.http.get("host")`: whatever the name stands for. */
export function emitNameExpression(e: Emitter, node: ast.NameExpression): void {
  emitResolved(e, node);
}
