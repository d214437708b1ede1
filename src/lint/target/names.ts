import type { BoundArgument, ImportFact, Resolution } from "../../analyze/program.js";
import { isActionName } from "../../language/actions.js";
import { maskOf } from "../../language/subs.js";
import {
  actionsSince,
  familiesSince,
  numbersSince,
  rightsSince,
  syntaxSince,
  variablesSince,
  varnishVmods,
  type Since,
} from "../../language/targets.js";
import { visit } from "../../parser/visit.js";
import type { Span } from "../../source/source-file.js";
import type { LintContext } from "../lint-context.js";
import { userBodies } from "../support/bodies.js";
import { bare, forEachFact, targetName } from "../support/values.js";
import type { Needs, NeedsForm } from "./check-target.js";

/** Variables, actions, and the functions of VMODs. */
export function checkNames(lint: LintContext, needs: Needs, form: NeedsForm): void {
  const { program } = lint;
  forEachFact(lint, program.syntax, (e, resolution) => {
    checkResolution(needs, e.span, resolution);
    if (resolution.kind !== "variable" || lint.fact(e)?.convertTo === "STRING") return;
    const since = (numbersSince as Readonly<Record<string, Since>>)[resolution.name];
    needs(e.span, `${resolution.name} as a number`, since);
  });
  const variable = (statement: Parameters<typeof program.targets.get>[0]) => {
    const target = program.targets.get(statement);
    if (target) needsVariable(needs, statement.target.span, targetName(target));
    return target && targetName(target);
  };
  lint.visit({
    SetStatement: (statement) => void variable(statement),
    UnsetStatement(statement) {
      const name = variable(statement);
      for (const right of rightsSince) {
        if (right.right === "unset" && right.name === name)
          needs(statement.span, `unset ${name}`, right.since);
      }
    },
    ReturnStatement({ action, args = [], span }) {
      const name = action?.text;
      if (name === undefined || !isActionName(name)) return;
      needs(span, `return (${name}(…))`, actionsSince[name]);
      const [label] = args;
      const isLabel = label === undefined || lint.fact(bare(label))?.resolution?.kind === "label";
      if (name === "vcl" && !isLabel) form(span, "return (vcl(…)) with an expression");
    },
  });
  for (const { import: from, object, args, statement } of program.objects)
    needsPart(needs, statement.constructorName.span, from, object.name, args);
  checkReads(lint, needs);
}

function checkResolution(needs: Needs, span: Span, resolution: Resolution): void {
  switch (resolution.kind) {
    case "variable":
    case "header":
      needsVariable(needs, span, targetName(resolution));
      break;
    case "function":
      needsPart(needs, span, resolution.import, resolution.function.name, resolution.args);
      break;
    case "method":
      needsPart(
        needs,
        span,
        resolution.object.import,
        `${resolution.object.object.name}.${resolution.function.name}`,
        resolution.args,
      );
      break;
    case "typeMethod":
      if (resolution.receiver.kind === "resolution")
        checkResolution(needs, span, resolution.receiver.resolution);
      needs(
        span,
        `.${resolution.name}()`,
        (syntaxSince as Readonly<Record<string, Since>>)[`.${resolution.name}()`],
      );
      break;
    default:
  }
}

function needsVariable(needs: Needs, span: Span, name: string): void {
  const own = (variablesSince as Readonly<Record<string, Since>>)[name];
  needs(span, name, own ?? familiesSince[name.slice(0, name.indexOf("."))]);
}

/** A function, object or method of a VMOD of Varnish's own, and the arguments that are given to it. */
function needsPart(
  needs: Needs,
  span: Span,
  from: ImportFact,
  part: string,
  args: readonly BoundArgument[],
): void {
  const parts = from.origin.kind === "shipped" ? varnishVmods[from.vmod.name]?.parts : undefined;
  if (!parts) return;
  needs(span, `${from.vmod.name}.${part}`, parts[part]);
  for (const { argument, value } of args) {
    const what = `${part}(${argument.name ?? ""})`;
    if (value) needs(value.span, `the argument ${argument.name} of ${from.vmod.name}.${part}`, parts[what]);
  }
}

/** Variables that could not always be read in every sub where they can be now. */
function checkReads(lint: LintContext, needs: Needs): void {
  for (const { sub, body } of userBodies(lint.program)) {
    const reached = maskOf([...sub.reachedFrom]);
    const late = rightsSince.filter((right) => right.in && maskOf(right.in) & reached);
    if (late.length === 0) continue;
    visit(body, {
      NameExpression(e) {
        const resolution = lint.fact(e)?.resolution;
        const name = resolution?.kind === "variable" ? resolution.name : undefined;
        for (const right of late) {
          if (right.name === name) needs(e.span, `${name} in ${right.in?.join(" and ")}`, right.since);
        }
      },
    });
  }
}
