import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { emitConcatenation, strandsOf } from "../shared/text.js";

/** A strand that is NULL shows as `(null)`. */
export function emitSyntheticStatement(e: Emitter, node: ast.SyntheticStatement): void {
  const strands = strandsOf(e, node.value);
  e.out.write(`vpi.synthetic(${e.task()}, `);
  if (strands.length === 1) e.expression(node.value);
  else emitConcatenation(e, strands, "(null)");
  e.out.line(");");
}
