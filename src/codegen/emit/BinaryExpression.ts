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

/** A chain of one operator is written in one pair of parentheses: one for each link would nest as deep as the chain is long. */
function emitLogical(e: Emitter, node: ast.BinaryExpression): void {
  e.out.write("(");
  chainOf(node).forEach((operand, index) => {
    if (index > 0) e.out.write(` ${node.operator} `);
    emitCondition(e, operand);
  });
  e.out.write(")");
}

function chainOf({ operator, left, right }: ast.BinaryExpression): readonly ast.Expression[] {
  const operands = [right];
  let first = left;
  for (; first.kind === "BinaryExpression" && first.operator === operator; first = first.left) {
    operands.push(first.right);
  }
  return [...operands, first].reverse();
}

function emitSum(e: Emitter, node: ast.BinaryExpression): void {
  if (e.module.factOf(node).concatenation === true) emitConcatenation(e, strandsOf(e, node));
  else emitArithmetic(e, node);
}
