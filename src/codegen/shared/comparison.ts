import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { emitPresentText, textIsNullable } from "./text.js";

/** `==`, `<` … A string that may be NULL compares by VCL's rules, which JavaScript's operators follow only in part. */
export function emitComparison(e: Emitter, node: ast.BinaryExpression): void {
  const { type, constant } = e.module.factOf(node.left);
  const other = e.module.factOf(node.right).constant;
  const isConstant = constant !== undefined && other !== undefined && type !== "IP";
  if (isConstant) e.out.write(String(compareConstants(constant, node.operator, other)));
  else if (type === "STRING" || type === "STRANDS") emitStringComparison(e, node);
  else if (type === "IP") emitIpComparison(e, node);
  else
    emitOperator(
      e,
      node,
      () => e.expression(node.left),
      () => e.expression(node.right),
    );
}

type Constant = string | number | boolean;

/** Two constants compare while compiling; TypeScript refuses to compare literals that cannot be equal. */
function compareConstants(left: Constant, operator: string, right: Constant): boolean {
  const order = left === right ? 0 : left < right ? -1 : 1;
  switch (operator) {
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    default:
      return order >= 0;
  }
}

const javascriptOperators: Readonly<Record<string, string>> = { "==": "===", "!=": "!==" };

function emitOperator(
  e: Emitter,
  { operator }: ast.BinaryExpression,
  left: () => void,
  right: () => void,
): void {
  e.out.write("(");
  left();
  e.out.write(` ${javascriptOperators[operator] ?? operator} `);
  right();
  e.out.write(")");
}

function emitStringComparison(e: Emitter, node: ast.BinaryExpression): void {
  const left = e.module.factOf(node.left);
  const right = e.module.factOf(node.right);
  // With several strands on either side NULL reads as "" on both.
  if (left.strands > 1 || right.strands > 1) {
    emitOperator(
      e,
      node,
      () => emitPresentText(e, node.left),
      () => emitPresentText(e, node.right),
    );
    return;
  }
  const nullables = Number(textIsNullable(left)) + Number(textIsNullable(right));
  const isEquality = node.operator in javascriptOperators;
  // NULL equals nothing, itself included: `===` says so as long as one side is no NULL.
  if (nullables === 0 || (isEquality && nullables === 1)) {
    emitOperator(
      e,
      node,
      () => e.expression(node.left),
      () => e.expression(node.right),
    );
    return;
  }
  const comparer = node.operator === "==" ? "equal" : node.operator === "!=" ? "notEqual" : "compare";
  e.out.write(`(${e.runtime(comparer)}(`);
  e.expression(node.left);
  e.out.write(", ");
  e.expression(node.right);
  e.out.write(comparer === "compare" ? `) ${node.operator} 0)` : "))");
}

function emitIpComparison(e: Emitter, node: ast.BinaryExpression): void {
  e.out.write(node.operator === "==" ? `${e.runtime("ipEqual")}(` : `(!${e.runtime("ipEqual")}(`);
  e.expression(node.left);
  e.out.write(", ");
  e.expression(node.right);
  e.out.write(node.operator === "==" ? ")" : "))");
}

/** `~` and `!~`: a string against a regular expression, an address against an ACL. */
export function emitMatch(e: Emitter, node: ast.BinaryExpression): void {
  const isIp = e.module.factOf(node.left).type === "IP";
  e.out.write(node.operator === "~" ? "(" : "(!");
  e.expression(node.right);
  e.out.write(isIp ? `.matches(${e.task()}, ` : ".matches(");
  e.expression(node.left);
  e.out.write("))");
}
