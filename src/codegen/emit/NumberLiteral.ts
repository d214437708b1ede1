import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";

/** A number without a unit; one with a unit is a constant of seconds or bytes, which the analyzer has worked out. */
export function emitNumberLiteral(e: Emitter, node: ast.NumberLiteral): void {
  e.out.write(String(node.value));
}
