import type * as ast from "../../parser/ast.js";
import type { LintContext } from "../lint-context.js";
import { forEachUnmarked, userBodies } from "../support/bodies.js";
import { bare, namesIn, sourceOf, targetName } from "../support/values.js";

/**
 * `set beresp.ttl = 0s; return (deliver);`: no look-up finds such an object, whatever its grace, and no mark is left that it is not for the cache,
 * so that requests queue for it. Nobody waits for a background fetch; and where an error is kept out of the cache, an older object with grace serves
 * meanwhile.
 */
export function zeroTtl(lint: LintContext): void {
  const grace = lint.nodes("SetStatement").some((statement) => nameOf(lint, statement) === "beresp.grace");
  const isServedMeanwhile = (test: ast.Expression): boolean => {
    const names = namesIn(lint, test);
    return names.has("bereq.is_bgfetch") || (grace && names.has("beresp.status"));
  };
  for (const { body } of userBodies(lint.program, "vcl_backend_response")) {
    const zeros = new Map<ast.Block, ast.SetStatement>();
    forEachUnmarked(body.body, isServedMeanwhile, (statement, block) => {
      if (statement.kind === "SetStatement" && nameOf(lint, statement) === "beresp.ttl") {
        if (isZero(statement)) zeros.set(block, statement);
        else zeros.delete(block);
      }
      const zero = statement.kind === "ReturnStatement" && zeros.get(block);
      if (!zero || lint.program.returns.get(statement)?.action !== "deliver") return;
      const hint = "set beresp.uncacheable = true; with a ttl of some minutes, or return (pass(2m));";
      lint.report("zero-ttl", zero.span, { ttl: sourceOf(zero.value) }, { hint });
    });
  }
}

function nameOf(lint: LintContext, statement: ast.SetStatement): string | undefined {
  const target = lint.program.targets.get(statement);
  return target && targetName(target);
}

function isZero({ operator, value }: ast.SetStatement): boolean {
  const inner = bare(value);
  const number = inner.kind === "UnaryExpression" && inner.operator === "-" ? -1 : 1;
  const literal = inner.kind === "UnaryExpression" ? bare(inner.operand) : inner;
  return operator === "=" && literal.kind === "NumberLiteral" && number * literal.value <= 0;
}
