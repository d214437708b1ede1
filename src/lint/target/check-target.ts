import {
  installableVmods,
  lacks,
  syntaxSince,
  targets,
  varnishVmods,
  type Since,
  type SyntaxForm,
  type Target,
} from "../../language/targets.js";
import type { Span } from "../../source/source-file.js";
import type { LintContext } from "../lint-context.js";
import { checkForms } from "./forms.js";
import { checkLimits } from "./limits.js";
import { checkNames } from "./names.js";

/** Reports what a target lacks that came with a release. */
export type Needs = (span: Span, what: string, since: Since | undefined) => void;

/** What a program uses that the release of Varnish (or vclc) that it is meant for does not have. */
export function checkTarget(lint: LintContext, target: Target): void {
  if (targets[target] === undefined) {
    checkLimits(lint, target);
    return;
  }
  const lacking = (span: Span, what: string, hint: string) =>
    lint.report("target-lacks", span, { target, what }, { hint });
  const needs: Needs = (span, what, since) => {
    if (since !== undefined && lacks(target, since)) lacking(span, what, hintFor(since));
  };
  checkImports(lint, needs);
  const form: NeedsForm = (span, what) => needs(span, what, syntaxSince[what]);
  checkForms(lint, needs, form);
  checkNames(lint, needs, form);
}

/** Reports a form of the syntax that a target lacks. */
export type NeedsForm = (span: Span, form: SyntaxForm) => void;

function hintFor(since: Since): string {
  if (since === "vclc") return "only vclc has it";
  return since === "trunk" ? "no release of Varnish has it yet" : `it came with Varnish ${since}`;
}

/** VMODs of other projects can be installed, a user's own may exist for both. */
function checkImports(lint: LintContext, needs: Needs): void {
  for (const { declaration, vmod, origin } of lint.program.imports) {
    if (origin.kind !== "shipped" || Object.hasOwn(installableVmods, vmod.name)) continue;
    const known = varnishVmods[vmod.name];
    needs(declaration.span, `VMOD ${vmod.name}`, known ? known.since : "vclc");
  }
}
