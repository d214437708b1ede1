import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { strandsOf } from "../shared/text.js";

/** The strands go in one by one: one that is NULL hashes unlike an empty one. */
export function emitHashDataStatement(e: Emitter, node: ast.HashDataStatement): void {
  e.out.write(`vpi.hash_data(${e.task()}`);
  for (const strand of strandsOf(e, node.value)) {
    e.out.write(", ");
    e.expression(strand);
  }
  e.out.line(");");
}
