import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { emitConstant } from "../shared/constant.js";

/** A blob, made once for the module. */
export function emitBlobLiteral(e: Emitter, node: ast.BlobLiteral): void {
  emitConstant(e, "BLOB", node.value);
}
