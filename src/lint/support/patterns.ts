import type * as ast from "../../parser/ast.js";
import type { LintContext } from "../lint-context.js";
import { constantText } from "./values.js";

/** A regular expression where it is used. */
export interface PatternUse {
  readonly pattern: string;
  /** The literal, or the concatenation of literals, that is the pattern. */
  readonly expression: ast.Expression;
  readonly subject: ast.Expression;
  /** What regsub puts in the place of a match. */
  readonly replacement?: ast.Expression;
}

const known = new WeakMap<LintContext, readonly PatternUse[]>();

/** Every match and every regsub of the program. */
export function patternUses(lint: LintContext): readonly PatternUse[] {
  let uses = known.get(lint);
  if (uses === undefined) known.set(lint, (uses = findPatterns(lint)));
  return uses;
}

function findPatterns(lint: LintContext): readonly PatternUse[] {
  const uses: PatternUse[] = [];
  const add = (subject: ast.Expression, expression: ast.Expression, replacement?: ast.Expression) => {
    const pattern = constantText(lint, expression);
    if (pattern !== undefined)
      uses.push({ pattern, expression, subject, ...(replacement && { replacement }) });
  };
  lint.visit({
    BinaryExpression({ operator, left, right }) {
      if (operator === "~" || operator === "!~") add(left, right);
    },
    CallExpression(call) {
      const resolution = lint.fact(call)?.resolution;
      if (resolution?.kind !== "regsub") return;
      const [subject, pattern, replacement] = resolution.args;
      add(subject, pattern, replacement);
    },
  });
  return uses;
}

/** The headers that hold the name of the host. */
export const hostNames: ReadonlySet<string | undefined> = new Set(["req.http.host", "bereq.http.host"]);
