import type { BoundArgument, ImportFact } from "../../analyze/program.js";
import { functionLimits, setLimits, type RuntimeLimit } from "../../language/limits.js";
import { testVmods, type Target } from "../../language/targets.js";
import type { Span } from "../../source/source-file.js";
import type { LintContext } from "../lint-context.js";
import { forEachFact, targetName } from "../support/values.js";

/** What a program uses of which vclc's own runtime does less than Varnish. */
export function checkLimits(lint: LintContext, target: Target): void {
  const { program } = lint;
  const limited: Limited = (span, what, limit) => {
    if (limit)
      lint.report("target-does-less", span, { target, what, effect: limit.effect }, { hint: limit.instead });
  };
  checkTestVmods(lint, target);
  const unchecked = setLimits as Readonly<Record<string, RuntimeLimit>>;
  lint.visit({
    SetStatement(statement) {
      const set = program.targets.get(statement);
      if (set) limited(statement.target.span, targetName(set), unchecked[targetName(set)]);
    },
  });
  for (const { import: from, object, args, statement } of program.objects)
    checkPart(limited, statement.constructorName.span, { from, part: object.name, args });
  forEachFact(lint, program.syntax, ({ span }, resolution) => {
    if (resolution.kind !== "function" && resolution.kind !== "method") return;
    const { args, function: called } = resolution;
    if (resolution.kind === "function")
      return checkPart(limited, span, { from: resolution.import, part: called.name, args });
    const { import: from, object } = resolution.object;
    checkPart(limited, span, { from, part: `${object.name}.${called.name}`, args });
  });
}

type Limited = (span: Span, what: string, limit: RuntimeLimit | undefined) => void;

interface Use {
  readonly from: ImportFact;
  readonly part: string;
  readonly args: readonly BoundArgument[];
}

/** A function, object or method, and the arguments that are given to it. */
function checkPart(limited: Limited, span: Span, { from, part, args }: Use): void {
  const limits = from.origin.kind === "shipped" ? functionLimits[from.vmod.name] : undefined;
  if (!limits) return;
  const name = `${from.vmod.name}.${part}`;
  limited(span, `${name}()`, limits[part]);
  for (const { argument, value, word } of args) {
    if (!value) continue;
    limited(
      value.span,
      `the argument ${argument.name ?? ""} of ${name}()`,
      limits[`${part}(${argument.name ?? ""})`],
    );
    if (word !== undefined) limited(value.span, `${name}(${word})`, limits[`${part}(${word})`]);
  }
}

/** Some VMODs have no code outside of tests. */
function checkTestVmods(lint: LintContext, target: Target): void {
  for (const { declaration, vmod, origin } of lint.program.imports) {
    if (origin.kind !== "shipped" || !testVmods.includes(vmod.name)) continue;
    if (declaration.span.file.name.endsWith(".test.vcl")) continue;
    const what = `VMOD ${vmod.name} outside of tests`;
    lint.report(
      "target-lacks",
      declaration.span,
      { target, what },
      { hint: "tests are files that end in .test.vcl" },
    );
  }
}
