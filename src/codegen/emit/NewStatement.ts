import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { known } from "../module.js";
import { emitConstructorCall } from "../shared/vmod-call.js";

/** `new rr = directors.round_robin();` → `rr = directors.RoundRobin.create(task, "rr");` */
export function emitNewStatement(e: Emitter, node: ast.NewStatement): void {
  const fact = known(e.module.program.constructors.get(node), "new");
  e.out.write(`${e.module.nameOf(fact)} = `);
  e.out.within(node.constructorName.span, () => emitConstructorCall(e, fact));
  e.out.line(";");
}
