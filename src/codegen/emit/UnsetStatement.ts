import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { known } from "../module.js";
import { headerList, variablePath } from "../shared/resolution.js";

/** `unset req.http.x` → `req.http.unset("x")`; `unset req.ttl` → `req.ttl = undefined`. */
export function emitUnsetStatement(e: Emitter, node: ast.UnsetStatement): void {
  const target = known(e.module.program.targets.get(node), "the target of unset");
  if (target.kind === "header") {
    e.out.write(`${headerList(e, target)}.unset(`);
    e.out.string(target.header.toLowerCase());
    e.out.line(");");
  } else {
    e.out.line(`${variablePath(e, target.name)} = undefined;`);
  }
}
