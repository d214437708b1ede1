import { meant, type DiagnosticExtra } from "../../diagnostics/diagnostic.js";
import { actions, actionsOf, isActionName, type ActionEntry } from "../../language/actions.js";
import { isMethodSub, maskOf } from "../../language/subs.js";
import type * as ast from "../../parser/ast.js";
import { plainValue, type Analysis } from "../analysis.js";
import { expect } from "../expressions/coerce.js";
import { formerAction } from "../former-actions.js";
import { findName, reportWrongType } from "../names.js";
import { added } from "../sub-info.js";
import { nearest } from "../suggest.js";

/** `return`: the action is known and has its arguments; whether it is legal here, the call graph will tell. */
export function returnStatement(a: Analysis, statement: ast.ReturnStatement): void {
  const { action, args = [] } = statement;
  if (action === undefined) {
    if (a.sub.kind === "method") {
      const hint = `a bare return leaves a sub that was called; ${a.sub.name} is not, and needs an action`;
      a.report("return-without-action", statement.span, {}, { hint });
    }
    a.returns.set(statement, { action: undefined, args });
    return;
  }
  const name = action.text;
  if (!isActionName(name)) {
    const hint = formerAction(a.sub.name, name.toLowerCase());
    a.report("action-unknown", action.span, {}, hint === undefined ? actionHint(a, action) : { hint });
    return;
  }
  const entry: ActionEntry = actions[name];
  const found = { action: name, legal: maskOf(entry.subs), identifier: action };
  a.sub.returns = added(a.sub.returns, found);
  if (checkArguments(a, statement, action, entry)) a.returns.set(statement, { action: name, args });
}

/** The nearest action, or those that are legal here. */
function actionHint(a: Analysis, { text: name, span }: ast.Identifier): DiagnosticExtra {
  const near = isActionName(name.toLowerCase()) ? name.toLowerCase() : nearest(name, Object.keys(actions));
  if (near !== undefined) return meant(span, near);
  const { name: sub } = a.sub;
  const hint = isMethodSub(sub)
    ? `legal returns of ${sub} are: ${actionsOf(sub).join(", ")}`
    : `actions are: ${Object.keys(actions).join(", ")}`;
  return { hint };
}

function checkArguments(
  a: Analysis,
  { args, span }: ast.ReturnStatement,
  action: ast.Identifier,
  entry: ActionEntry,
): boolean {
  const behind = { ...span, start: action.span.end };
  if (args === undefined) {
    if (!entry.bare)
      a.report("action-argument-missing", behind, {}, { hint: `${action.text} takes arguments` });
    return entry.bare;
  }
  if (args.length < entry.needed) {
    a.report("action-argument-missing", behind, {});
    return false;
  }
  if (args.length > entry.args.length || entry.args.length === 0) {
    a.report("action-arguments", args[entry.args.length]?.span ?? behind, {});
    return false;
  }
  let sound = true;
  for (const [index, argument] of args.entries()) {
    const type = entry.args[index] ?? "STRING";
    sound = (type === "LABEL" ? label(a, argument) : expect(a, argument, type) !== undefined) && sound;
  }
  return sound;
}

/** The VCL to go to: the name of a label, which loading looks up, or an expression of type VCL. */
function label(a: Analysis, e: ast.Expression): boolean {
  if (e.kind !== "NameExpression" || e.parts.length > 1) return expect(a, e, "VCL") !== undefined;
  const [identifier] = e.parts;
  const name = identifier.text;
  const found = findName(a, e.parts);
  if (found === "reported") return false;
  // Labels live apart from the program's names, except that VCL looks them up among them.
  if (found !== undefined && a.version >= 41) {
    reportWrongType(a, e.span, name, found.symbol, "vcl");
    return false;
  }
  if (!a.labels.has(name)) a.labels.set(name, { name, identifier });
  a.expressions.set(e, plainValue("VCL", { resolution: { kind: "label", name } }));
  return true;
}
