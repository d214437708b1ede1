import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { emitArithmetic } from "../shared/arithmetic.js";
import { emitComparison, emitMatch } from "../shared/comparison.js";
import { emitConcatenation, strandsOf } from "../shared/text.js";
import { emitCondition } from "../shared/truth.js";

type BinaryHandler = (e: Emitter, node: ast.BinaryExpression) => void;

const handlers: Readonly<Record<ast.BinaryOperator, BinaryHandler>> = {
  "||": emitLogical,
  "&&": emitLogical,
  "==": emitComparison,
  "!=": emitComparison,
  "<": emitComparison,
  "<=": emitComparison,
  ">": emitComparison,
  ">=": emitComparison,
  "~": emitMatch,
  "!~": emitMatch,
  "+": emitSum,
  "-": emitArithmetic,
  "*": emitArithmetic,
  "/": emitArithmetic,
  "%": emitArithmetic,
};

export function emitBinaryExpression(e: Emitter, node: ast.BinaryExpression): void {
  handlers[node.operator](e, node);
}

function emitLogical(e: Emitter, node: ast.BinaryExpression): void {
  e.out.write("(");
  emitCondition(e, node.left);
  e.out.write(` ${node.operator} `);
  emitCondition(e, node.right);
  e.out.write(")");
}

function emitSum(e: Emitter, node: ast.BinaryExpression): void {
  if (e.module.factOf(node).concatenation === true) emitConcatenation(e, strandsOf(e, node));
  else emitArithmetic(e, node);
}
