import type * as ast from "../../parser/ast.js";
import type { LintContext } from "../lint-context.js";
import { bare, sourceOf, targetName } from "../support/values.js";

/** `set beresp.ttl = 0s; return (deliver);`: no mark is left that the object is not for the cache, so that requests queue for it. */
export function zeroTtl(lint: LintContext): void {
  for (const { statements } of lint.nodes("Block")) {
    let zero: ast.SetStatement | undefined;
    for (const statement of statements) {
      if (statement.kind === "SetStatement") {
        const target = lint.program.targets.get(statement);
        if (target && targetName(target) === "beresp.ttl") zero = isZero(statement) ? statement : undefined;
      } else if (statement.kind === "ReturnStatement" && zero) {
        if (lint.program.returns.get(statement)?.action !== "deliver") continue;
        const hint = "set beresp.uncacheable = true; with a ttl of some minutes, or return (pass(2m));";
        lint.report("zero-ttl", zero.span, { ttl: sourceOf(zero.value) }, { hint });
      }
    }
  }
}

function isZero({ operator, value }: ast.SetStatement): boolean {
  const inner = bare(value);
  const number = inner.kind === "UnaryExpression" && inner.operator === "-" ? -1 : 1;
  const literal = inner.kind === "UnaryExpression" ? bare(inner.operand) : inner;
  return operator === "=" && literal.kind === "NumberLiteral" && number * literal.value <= 0;
}
