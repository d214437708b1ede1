import type { AnalyzedProgram } from "../analyze/program.js";
import { inSourceOrder } from "../analyze/source-order.js";
import type { Target } from "../language/targets.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { LintContext } from "./lint-context.js";
import { rules } from "./rules/index.js";
import { applySeverities, type Severities } from "./severities.js";
import { heedSuppressions } from "./suppressions.js";
import { checkTarget } from "./target/check-target.js";

/**
 * The diagnostics of a program that compiles, in source order: the warnings of its analysis and those of every rule, without what comments
 * silence, each as severe as it was configured to be. With a `target`, also what that does not have.
 */
export function lint(
  program: AnalyzedProgram,
  diagnostics: readonly Diagnostic[],
  severities: Severities = {},
  target?: Target,
): readonly Diagnostic[] {
  const context = new LintContext(program);
  for (const rule of Object.values(rules)) rule(context);
  if (target !== undefined) checkTarget(context, target);
  const left = heedSuppressions(program.syntax, [...diagnostics, ...context.diagnostics]);
  return applySeverities(inSourceOrder(left), severities);
}
