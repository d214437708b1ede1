import type { VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import type { RuntimeValue } from "../runtime-names.js";

/** INT division truncates, and by zero it fails the task; JavaScript's operators do neither. */
const intFunctions: Readonly<Record<string, RuntimeValue>> = { "/": "intDivide", "%": "intModulo" };

/** `a + b`, `a * b` … of numbers, durations, times and bytes. */
export function emitArithmetic(e: Emitter, node: ast.BinaryExpression): void {
  const { type } = e.module.factOf(node);
  emitOperation(
    e,
    type,
    node.operator,
    () => e.expression(node.left),
    () => e.expression(node.right),
  );
}

/** An operation on two numbers, with the result in the type given. */
export function emitOperation(
  e: Emitter,
  type: VclType,
  operator: string,
  left: () => void,
  right: () => void,
): void {
  const intFunction = type === "INT" ? intFunctions[operator] : undefined;
  if (intFunction) {
    e.out.write(`${e.runtime(intFunction)}(`);
    left();
    e.out.write(", ");
    right();
    e.out.write(")");
    return;
  }
  // BYTES are whole numbers, but may be multiplied by a fraction.
  const truncates = type === "BYTES" && (operator === "*" || operator === "/");
  e.out.write(truncates ? "Math.trunc(" : "(");
  left();
  e.out.write(` ${operator} `);
  right();
  e.out.write(")");
}
