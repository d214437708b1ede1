import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";

/** Calls a sub; when it ends in an action, so does the caller. */
export function emitCallStatement(e: Emitter, node: ast.CallStatement): void {
  const sub = e.module.program.calls.get(node);
  const returns = sub === undefined || e.module.returnsAction(sub);
  if (returns) e.out.write(`${e.action()} = `);
  if (sub ? sub.suspends : e.sub?.suspends === true) e.out.write("await ");
  if (sub) {
    e.out.write(`${e.module.nameOf(sub)}(${e.task()})`);
  } else {
    e.out.write(`vpi.call(${e.task()}, `);
    e.expression(node.callee);
    e.out.write(")");
    // Where this sub does not wait, no sub that is used as a value does.
    if (e.sub?.suspends !== true) e.out.type(` as ${e.module.runtimeType("Action")} | void`);
  }
  e.out.line(";");
  if (returns) e.out.line("if (action) return action;");
}
