import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { emitString } from "../shared/text.js";

/** The bytes of the literal, whatever form it was written in. */
export function emitStringLiteral(e: Emitter, node: ast.StringLiteral): void {
  emitString(e, node.value);
}
