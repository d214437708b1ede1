import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { emitStringLiteral } from "../shared/text.js";

/** The bytes of the literal, whatever form it was written in. */
export function emitStringLiteralNode(e: Emitter, node: ast.StringLiteral): void {
  emitStringLiteral(e, node.value);
}
