import type * as ast from "../../parser/ast.js";
import type { LintContext } from "../lint-context.js";
import { textComparisons } from "../support/comparisons.js";
import { writing } from "../support/fixes.js";
import { bare } from "../support/values.js";

const methods: Readonly<Record<string, "lower" | "upper">> = {
  lower: "lower",
  upper: "upper",
  tolower: "lower",
  toupper: "upper",
};

/** `x.lower() == "Text"`, and the like with upper() and std. */
export function wrongCase(lint: LintContext): void {
  for (const { value, text, literal } of textComparisons(lint)) {
    const inCase = caseOf(lint, value);
    if (inCase === undefined || !(inCase === "lower" ? /[A-Z]/ : /[a-z]/).test(text)) continue;
    const right = inCase === "lower" ? text.toLowerCase() : text.toUpperCase();
    lint.report("wrong-case", literal.span, { case: inCase, text }, writing(literal, right));
  }
}

function caseOf(lint: LintContext, e: ast.Expression): "lower" | "upper" | undefined {
  const resolution = lint.fact(bare(e))?.resolution;
  if (resolution?.kind === "typeMethod") return methods[resolution.name];
  if (resolution?.kind !== "function" || resolution.import.vmod.name !== "std") return undefined;
  return methods[resolution.function.name];
}
