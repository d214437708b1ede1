import type * as ast from "../../parser/ast.js";
import type { LintContext } from "../lint-context.js";
import { removal } from "../support/fixes.js";
import { callsVmod, mentions, namesIn, targetName } from "../support/values.js";

/** How many statements further on a value may be replaced: generated policies set thousands of headers in a row. */
const farthest = 50;

/** `set` and then `set` or `unset` of the same, with no statement between that could read it. */
export function overwrittenValue(lint: LintContext): void {
  for (const { statements } of lint.nodes("Block")) {
    for (const [index, statement] of statements.entries()) {
      if (statement.kind !== "SetStatement") continue;
      const target = lint.program.targets.get(statement);
      if (target?.kind !== "header" && target?.name !== "req.url") continue;
      const name = targetName(target);
      const next = overwriting(lint, statements.slice(index + 1, index + 1 + farthest), name);
      if (next === undefined) continue;
      const how = next.kind === "SetStatement" ? "set" : "unset";
      const related = [{ span: next.span, message: "This takes its place" }];
      // What stands between may depend on a header without naming it, as beresp.filters does; a VMOD may do more than give a value.
      const isPlain = statements[index + 1] === next && !callsVmod(lint, statement.value);
      const fix = isPlain ? removal(statement) : {};
      lint.report("overwritten-value", statement.span, { name, how }, { related, ...fix });
    }
  }
}

function overwriting(
  lint: LintContext,
  following: readonly ast.Statement[],
  name: string,
): ast.SetStatement | ast.UnsetStatement | undefined {
  for (const statement of following) {
    if (statement.kind !== "SetStatement" && statement.kind !== "UnsetStatement") return undefined;
    const target = lint.program.targets.get(statement);
    const same = target !== undefined && targetName(target) === name;
    if (statement.kind === "SetStatement") {
      const { value, operator } = statement;
      if (mentions(namesIn(lint, value), name) || callsVmod(lint, value)) return undefined;
      if (same && operator !== "=") return undefined;
    }
    if (same) return statement;
  }
  return undefined;
}
