import { meant } from "../../diagnostics/diagnostic.js";
import type * as ast from "../../parser/ast.js";
import type { Span } from "../../source/source-file.js";
import type { VccArgument, VccFunction } from "../../vcc/vmod-interface.js";
import { plainValue, type Analysis } from "../analysis.js";
import { findName, reference } from "../names.js";
import type { BoundArgument } from "../program.js";
import { nearest } from "../suggest.js";
import { expect } from "./coerce.js";

/**
 * Gives the arguments of a call to those of a VMOD function (language facts, 13.2): positional ones first, then named ones;
 * optional and defaulted ones may be left out. Every wrong argument is reported; undefined when there was one.
 */
export function bindArguments(
  a: Analysis,
  callSpan: Span,
  args: readonly ast.Argument[],
  fn: VccFunction,
  callee: string,
): BoundArgument[] | undefined {
  const given = new Map<VccArgument, ast.Expression>();
  const errors = a.diagnostics.length;
  const matched = matchArguments(a, args, fn, callee, given);
  const bound: BoundArgument[] = [];
  for (const argument of fn.args) {
    const value = given.get(argument);
    if (value !== undefined) bound.push(bindOne(a, argument, value));
    else {
      bound.push({ argument, value: undefined });
      if (matched && !argument.optional && argument.default === undefined)
        reportMissing(a, callSpan, argument);
    }
  }
  return a.diagnostics.length === errors ? bound : undefined;
}

/** Finds for each argument written the one declared; false when one has none. */
function matchArguments(
  a: Analysis,
  args: readonly ast.Argument[],
  fn: VccFunction,
  callee: string,
  given: Map<VccArgument, ast.Expression>,
): boolean {
  let named = false;
  for (const [index, argument] of args.entries()) {
    const declared = argument.name
      ? fn.args.find((candidate) => candidate.name === argument.name?.text)
      : fn.args[index];
    named ||= argument.name !== undefined;
    if (declared === undefined || (named && !argument.name) || given.has(declared)) {
      reportArgument(a, argument, declared, named, fn, callee);
      return false;
    }
    given.set(declared, argument.value);
  }
  return true;
}

function reportArgument(
  a: Analysis,
  argument: ast.Argument,
  declared: VccArgument | undefined,
  named: boolean,
  fn: VccFunction,
  callee: string,
): void {
  if (argument.name) {
    const name = argument.name.text;
    if (declared) return a.report("argument-twice", argument.name.span, { name });
    const near = nearest(
      name,
      fn.args.map((candidate) => candidate.name ?? ""),
    );
    const extra = near === undefined ? {} : meant(argument.name.span, near);
    return a.report("argument-unknown", argument.name.span, { name }, extra);
  }
  if (named) return a.report("argument-after-named", argument.span, {});
  a.report("argument-surplus", argument.span, { callee, count: fn.args.length });
}

function reportMissing(a: Analysis, callSpan: Span, argument: VccArgument): void {
  const position = /^arg(\d+)$/.exec(argument.implementationName)?.[1];
  const name = argument.name === undefined ? (position ?? argument.implementationName) : `'${argument.name}'`;
  a.report("argument-missing", callSpan, { argument: name });
}

function bindOne(a: Analysis, argument: VccArgument, value: ast.Expression): BoundArgument {
  switch (argument.type) {
    case "ENUM":
      return bindEnum(a, argument, value);
    case "HEADER":
      bindHeader(a, value);
      return { argument, value };
    case "VOID":
      return { argument, value: undefined };
    default:
      expect(a, value, argument.type);
      return { argument, value };
  }
}

function bindEnum(a: Analysis, argument: VccArgument, value: ast.Expression): BoundArgument {
  const word = value.kind === "NameExpression" && value.parts.length === 1 ? value.parts[0].text : undefined;
  const values = argument.values ?? [];
  if (word !== undefined && values.includes(word)) return { argument, value, word };
  const near = word === undefined ? undefined : nearest(word, values);
  const extra = near === undefined ? {} : { ...meant(value.span, near), hint: `did you mean ${near}?` };
  a.report("argument-enum", value.span, { values: values.join(", ") }, extra);
  return { argument, value };
}

/** A HEADER argument is the header itself, unread. */
function bindHeader(a: Analysis, value: ast.Expression): void {
  if (value.kind === "NameExpression") {
    const found = findName(a, value.parts);
    if (found === "reported") return;
    if (found?.used === value.parts.length && found.symbol.kind === "var" && found.symbol.header) {
      reference(found.symbol, value.parts[0]);
      a.use("read", found.symbol.name, found.symbol.read, value.span);
      a.expressions.set(value, {
        ...plainValue("STRING"),
        convertTo: "HEADER",
        resolution: found.symbol.header,
      });
      return;
    }
  }
  // A function of a VMOD may hand out a header.
  if (value.kind === "CallExpression") expect(a, value, "HEADER");
  else a.report("argument-header", value.span, {});
}
