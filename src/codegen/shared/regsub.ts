import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";

/** `regsub(subject, pattern, replacement)` and `regsuball`, as methods of the pattern. */
export function emitRegsub(
  e: Emitter,
  all: boolean,
  [subject, pattern, replacement]: readonly [ast.Expression, ast.Expression, ast.Expression],
): void {
  e.expression(pattern);
  e.out.write(all ? ".replaceAll(" : ".replace(");
  e.expression(subject);
  e.out.write(", ");
  e.expression(replacement);
  e.out.write(")");
}
