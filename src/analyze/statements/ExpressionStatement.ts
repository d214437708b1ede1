import type * as ast from "../../parser/ast.js";
import type { Analysis } from "../analysis.js";
import { call } from "../expressions/CallExpression.js";
import { findName, nameText, reportNotFound } from "../names.js";

/** A call that stands for itself; any VMOD function may, whatever it returns. */
export function expressionStatement(a: Analysis, { expression }: ast.ExpressionStatement): void {
  if (isStatement(a, expression) && expression.kind === "CallExpression") {
    const value = call(a, expression, "STRING");
    if (value) a.expressions.set(expression, value);
  }
}

/** Whether what is called may be a statement; a symbol that is none is reported. */
function isStatement(a: Analysis, e: ast.Expression): boolean {
  if (e.kind === "CallExpression" && e.callee.kind === "MemberExpression") return isChain(a, e.callee);
  const name = e.kind === "CallExpression" ? e.callee : e;
  if (name.kind !== "NameExpression") {
    a.report("symbol-not-usable", e.span, { name: "expression" });
    return false;
  }
  const found = findName(a, name.parts);
  if (found === "reported") return false;
  if (found === undefined) {
    reportNotFound(a, name);
    return false;
  }
  const { kind } = found.symbol;
  if (e.kind === "CallExpression" && (kind === "function" || kind === "method")) return true;
  if (kind === "vmod" || kind === "instance") reportNotFound(a, name);
  else a.report("symbol-not-usable", name.span, { name: nameText(name.parts) });
  return false;
}

/** Whether a method of what a call answered may be called: that of an object may stand before it, a function ends the statement. */
function isChain(a: Analysis, { object, property }: ast.MemberExpression): boolean {
  if (!isStatement(a, object)) return false;
  const { file, end } = object.span;
  const callee = object.kind === "CallExpression" && object.callee;
  const found = callee && callee.kind === "NameExpression" ? findName(a, callee.parts) : undefined;
  if (found === undefined || found === "reported" || found.symbol.kind !== "function") return true;
  a.report(
    "unexpected-token",
    { file, start: end, end: property.span.end },
    { expected: "';'", found: "'.'" },
  );
  return false;
}
