import type { HeaderTarget, Resolution, VariableTarget } from "../../analyze/program.js";
import type * as ast from "../../parser/ast.js";
import { visit } from "../../parser/visit.js";
import type { LintContext } from "../lint-context.js";

/** An expression without the parentheses around it. */
export function bare(e: ast.Expression): ast.Expression {
  let inner = e;
  while (inner.kind === "ParenthesizedExpression") inner = inner.expression;
  return inner;
}

/** The text that a constant string stands for. */
export function constantText(lint: LintContext, e: ast.Expression): string | undefined {
  const inner = bare(e);
  if (inner.kind === "StringLiteral") return inner.value;
  const constant = lint.fact(inner)?.constant;
  return typeof constant === "string" ? constant : undefined;
}

/** A variable or header by one name in lower case: `req.http.host`, `beresp.ttl`. */
export function targetName(target: VariableTarget | HeaderTarget): string {
  return target.kind === "variable" ? target.name : `${target.message}.http.${target.header.toLowerCase()}`;
}

/** The name of the variable or header that an expression is, and nothing more. */
export function variableName(lint: LintContext, e: ast.Expression): string | undefined {
  const resolution = lint.fact(bare(e))?.resolution;
  return resolution?.kind === "variable" || resolution?.kind === "header"
    ? targetName(resolution)
    : undefined;
}

/** The names of all variables and headers read in a node; `req.http.*` where a whole message is handed on. */
export function namesIn(lint: LintContext, node: ast.Node): Set<string> {
  const names = new Set<string>();
  forEachFact(lint, node, (_, resolution) => {
    const name = nameOf(resolution);
    if (name !== undefined) names.add(name);
  });
  return names;
}

function nameOf(resolution: Resolution): string | undefined {
  if (resolution.kind === "typeMethod" && resolution.receiver.kind === "resolution") {
    return nameOf(resolution.receiver.resolution);
  }
  if (resolution.kind === "http") return `${resolution.message}.http.*`;
  return resolution.kind === "variable" || resolution.kind === "header" ? targetName(resolution) : undefined;
}

/** Whether some names hold a header, by itself or with its whole message. */
export function mentions(names: ReadonlySet<string>, name: string): boolean {
  return names.has(name) || names.has(`${name.slice(0, name.indexOf(".http.") + 1)}http.*`);
}

/** Calls for everything in a node that stands for something. */
export function forEachFact(
  lint: LintContext,
  node: ast.Node,
  found: (e: ast.Expression, resolution: Resolution) => void,
): void {
  const look = (e: ast.Expression) => {
    const resolution = lint.fact(e)?.resolution;
    if (resolution !== undefined) found(e, resolution);
  };
  visit(node, {
    NameExpression: look,
    CallExpression: look,
    MemberExpression: look,
    GlobalDirectorExpression: look,
  });
}

/** Whether a node calls a function of a VMOD: what it does is anybody's guess. */
export function callsVmod(lint: LintContext, node: ast.Node): boolean {
  let calls = false;
  forEachFact(lint, node, (_, { kind }) => {
    calls ||= kind === "function" || kind === "method";
  });
  return calls;
}

/** The source of a node in one line, to tell whether two say the same. */
export function sourceOf({ span }: ast.Node): string {
  return span.file.text.slice(span.start, span.end).replace(/\s+/g, " ");
}
