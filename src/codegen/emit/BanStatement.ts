import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";

export function emitBanStatement(e: Emitter, node: ast.BanStatement): void {
  e.out.write(`vpi.ban(${e.task()}, `);
  e.expression(node.value);
  e.out.line(");");
}
