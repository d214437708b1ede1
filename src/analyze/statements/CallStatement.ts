import type * as ast from "../../parser/ast.js";
import type { Analysis } from "../analysis.js";
import { expect } from "../expressions/coerce.js";
import { forwardReference } from "../declarations/define.js";
import { findName, reference, reportWrongType } from "../names.js";
import { added, type SubCall, type SubInfo } from "../sub-info.js";

/** `call NAME;` names a sub, perhaps one still to come; `call expr;` runs the sub that a VMOD hands back. */
export function callStatement(a: Analysis, statement: ast.CallStatement): void {
  const { callee } = statement;
  if (callee.kind === "NameExpression" && callee.parts.length === 1)
    return staticCall(a, statement, callee.parts[0]);
  if (expect(a, callee, "SUB")) a.sub.callsValue = true;
}

function staticCall(a: Analysis, statement: ast.CallStatement, identifier: ast.Identifier): void {
  const sub = calledSub(a, identifier);
  if (sub === undefined) return;
  if (sub.kind === "method") return reportMethodSub(a, sub, identifier);
  reference({ kind: "sub", sub }, identifier);
  noteCall(a, { callee: sub, identifier });
  a.calls.set(statement, sub.fact);
}

/** Statements may be millions, what they call is not. */
function noteCall(a: Analysis, call: SubCall): void {
  const { sub: caller, inBuiltin } = a;
  const calls = inBuiltin ? caller.builtinCalls : caller.userCalls;
  if (call.callee.lastNotedIn === calls) return;
  const longer = added(calls, call);
  if (inBuiltin) caller.builtinCalls = longer;
  else caller.userCalls = longer;
  call.callee.lastNotedIn = longer;
}

function calledSub(a: Analysis, identifier: ast.Identifier): SubInfo | undefined {
  const key = identifier.text.toLowerCase();
  const known = a.subs.get(key);
  if (known !== undefined || key === "default") return known ?? a.subNamed(identifier.text);
  const found = findName(a, [identifier]);
  if (found === "reported") return undefined;
  const symbol = found?.symbol ?? forwardReference(a, "sub", identifier);
  if (symbol.kind === "sub") return symbol.sub;
  return reportWrongType(a, identifier.span, identifier.text, symbol, "sub");
}

/**
 * Method subs are run by the state machine alone. The reference compiler lets a call pass whose actions happen to agree, and the child
 * panics when it comes to it.
 */
function reportMethodSub(a: Analysis, sub: SubInfo, identifier: ast.Identifier): void {
  if (sub !== a.sub) {
    const hint = "move what both need into a sub of its own";
    return a.report("method-sub-call", identifier.span, { name: sub.name }, { hint });
  }
  const place = sub.userBodies.at(-1)?.name.span ?? identifier.span;
  const related = [{ span: identifier.span, message: "Called from here" }];
  a.report("recursion", place, { name: sub.name }, { related });
}
