import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { emitValue } from "./constant.js";
import { strandsOf, textIsNullable } from "./text.js";

/**
 * The truth of a value that is no BOOL (language facts, 5.3): a string is true when it is not NULL, "" included; a backend when there is one;
 * a number when it is not zero; a duration when it is positive.
 */
export function emitTruth(e: Emitter, node: ast.Expression, negated = false): void {
  const { type, constant } = e.module.factOf(node);
  if (type === "BOOL") {
    e.out.write(negated ? "!(" : "(");
    emitValue(e, node);
    e.out.write(")");
    return;
  }
  if (constant !== undefined) {
    e.out.write(String(constantTruth(constant) !== negated));
    return;
  }
  e.out.write("(");
  if (type === "STRING" || type === "STRANDS") {
    emitPresence(e, node);
  } else if (type === "HEADER") {
    e.out.write(`${e.runtime("headerToString")}(`);
    emitValue(e, node);
    e.out.write(")");
  } else {
    emitValue(e, node);
  }
  e.out.write(negated ? falseTest(type) : trueTest(type));
  e.out.write(")");
}

/** Constants are strings, which are true, and numbers: none of them a negative duration, which is no literal. */
function constantTruth(value: string | number | boolean): boolean {
  return typeof value === "string" || Number(value) !== 0;
}

function trueTest(type: string): string {
  if (type === "INT") return " !== 0";
  return type === "DURATION" ? " > 0" : " !== undefined";
}

function falseTest(type: string): string {
  if (type === "INT") return " === 0";
  return type === "DURATION" ? " <= 0" : " === undefined";
}

/** The first strand that is not NULL, if any. */
function emitPresence(e: Emitter, node: ast.Expression): void {
  const strands = strandsOf(e, node);
  if (strands.length === 1) {
    emitValue(e, node);
    return;
  }
  const present = strands.findIndex((strand) => !textIsNullable(e.module.factOf(strand)));
  const asked = present === -1 ? strands : strands.slice(0, present + 1);
  e.out.write("(");
  for (const [index, strand] of asked.entries()) {
    if (index > 0) e.out.write(" ?? ");
    e.expression(strand);
  }
  e.out.write(")");
}

/** A condition: an expression in BOOL context, or its opposite. */
export function emitCondition(e: Emitter, node: ast.Expression, negated = false): void {
  e.out.within(node.span, () => emitTruth(e, node, negated));
}
