import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";

/** A block that stands by itself. */
export function emitBlock(e: Emitter, node: ast.Block): void {
  e.out.line("{");
  e.block(node);
  e.out.line("}");
}
