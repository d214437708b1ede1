import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { known } from "../module.js";

/** Actions whose arguments the runtime notes; `vcl` is a plain word in VCL only. */
const actionFunctions: Readonly<Record<string, string>> = { vcl: "select" };

/** `return (pass);` → `return "pass";`, `return (synth(404));` → `return vpi.synth(task, 404);`. */
export function emitReturnStatement(e: Emitter, node: ast.ReturnStatement): void {
  const { action, args } = known(e.module.program.returns.get(node), "return");
  if (action === undefined) {
    e.out.line("return;");
    return;
  }
  e.out.write("return ");
  e.out.within(node.action?.span ?? node.span, () => {
    if (args.length === 0) e.out.string(action);
    else e.out.write(`vpi.${actionFunctions[action] ?? action}(${e.task()}`);
  });
  for (const argument of args) {
    e.out.write(", ");
    e.expression(argument);
  }
  e.out.line(args.length === 0 ? ";" : ");");
}
