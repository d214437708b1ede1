import type { MethodSub } from "../../language/subs.js";
import type * as ast from "../../parser/ast.js";
import { visit } from "../../parser/visit.js";
import type { Span } from "../../source/source-file.js";
import type { LintContext } from "../lint-context.js";
import { forEachUnmarked, userBodies } from "./bodies.js";
import { mentions, namesIn, targetName, variableName } from "./values.js";

/** Those of some headers that no body of a sub reads, sets or unsets, and for which it does not call the built-in sub either. */
export function leftOut(
  lint: LintContext,
  from: MethodSub,
  headers: Readonly<Record<string, string>>,
): string {
  const names = new Set<string>();
  const called = new Set<string>();
  for (const { body } of userBodies(lint.program, from)) {
    for (const name of namesIn(lint, body)) names.add(name);
    const write = (statement: ast.SetStatement | ast.UnsetStatement) => {
      const target = lint.program.targets.get(statement);
      if (target) names.add(targetName(target));
    };
    visit(body, {
      SetStatement: write,
      UnsetStatement: write,
      CallStatement(statement) {
        const callee = lint.program.calls.get(statement)?.name;
        if (callee !== undefined) called.add(callee.toLowerCase());
      },
    });
  }
  const whole = `vcl_builtin_${from.slice("vcl_".length)}`;
  return Object.entries(headers)
    .filter(([name, sub]) => !mentions(names, name.toLowerCase()) && !called.has(sub) && !called.has(whole))
    .map(([name]) => name)
    .join(" or ");
}

/** Reports every return of an action that a sub can reach, but those that are in the way of what is not cached anyway. */
export function reportReturns(
  lint: LintContext,
  from: MethodSub,
  action: string,
  report: (span: Span) => void,
): void {
  const isUncacheable = (test: ast.Expression): boolean =>
    [...namesIn(lint, test)].some((name) => /(?:^|\.)uncacheable$|^beresp\.status$/.test(name));
  for (const { body } of userBodies(lint.program, from)) {
    if (makesUncacheable(lint, body)) continue;
    forEachUnmarked(body.body, isUncacheable, (statement) => {
      if (statement.kind !== "ReturnStatement") return;
      if (lint.program.returns.get(statement)?.action === action) report(statement.span);
    });
  }
}

/** Whether a body makes answers uncacheable. */
function makesUncacheable(lint: LintContext, body: ast.SubDeclaration): boolean {
  let uncacheable = false;
  visit(body, {
    SetStatement({ target }) {
      uncacheable ||=
        variableName(lint, target) === "beresp.uncacheable" || targetText(target) === "beresp.uncacheable";
    },
  });
  return uncacheable;
}

function targetText({ parts }: ast.NameExpression): string {
  return parts.map(({ text }) => text.toLowerCase()).join(".");
}
