import type { VclType } from "../../language/types.js";
import { types } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import type { VccFunction } from "../../vcc/vmod-interface.js";
import { plainValue, type Analysis, type Value } from "../analysis.js";
import { findName, isMissingMember, nameText, reportNotFound } from "../names.js";
import { functionMask, type VclSymbol } from "../symbols.js";
import { bindArguments } from "./arguments.js";
import { expect } from "./coerce.js";
import { property } from "./members.js";
import { memberOf } from "./MemberExpression.js";
import { symbolValue } from "./NameExpression.js";
import { patternOf } from "./patterns.js";

/** A call in an expression: it must have a value. */
export function callExpression(a: Analysis, e: ast.CallExpression, wanted: VclType): Value | undefined {
  const value = call(a, e, wanted);
  if (value?.type === "VOID") return a.report("void-value", e.span, {});
  return value;
}

/** A call, whose result may be VOID: as a statement it may stand for itself. */
export function call(a: Analysis, e: ast.CallExpression, wanted: VclType): Value | undefined {
  if (e.callee.kind === "MemberExpression") return memberCall(a, e, e.callee, wanted);
  const { parts } = e.callee;
  const found = findName(a, parts);
  if (found === undefined || found === "reported") {
    return found === undefined ? reportNotFound(a, e.callee) : undefined;
  }
  const rest = parts.length - found.used;
  if (rest === 0) return symbolCall(a, e, e.callee, found.symbol);
  if (isMissingMember(found, parts)) return reportNotFound(a, e.callee);
  const value = symbolValue(a, found.symbol, e.callee, wanted);
  const result = value && property(a, value, e, parts, found.used, true);
  return result && withoutArguments(a, e, result);
}

function memberCall(
  a: Analysis,
  e: ast.CallExpression,
  callee: ast.MemberExpression,
  wanted: VclType,
): Value | undefined {
  const value = memberOf(a, callee, e, wanted, true);
  return value && withoutArguments(a, e, value);
}

/** Methods of types take no arguments. */
function withoutArguments(a: Analysis, e: ast.CallExpression, value: Value): Value | undefined {
  const [surplus] = e.args;
  if (surplus === undefined) return value;
  return a.report("argument-surplus", surplus.span, { callee: "the method", count: 0 });
}

function symbolCall(
  a: Analysis,
  e: ast.CallExpression,
  callee: ast.NameExpression,
  symbol: VclSymbol,
): Value | undefined {
  switch (symbol.kind) {
    case "func":
      return symbol.name.startsWith("regsub") ? regsub(a, e, symbol.name) : notCallable(a, e, callee);
    case "function":
      return vmodCall(a, e, callee, symbol.function, (args) => ({
        kind: "function",
        import: symbol.import,
        function: symbol.function,
        args,
      }));
    case "method":
      return vmodCall(a, e, callee, symbol.function, (args) => ({
        kind: "method",
        object: symbol.object,
        function: symbol.function,
        args,
      }));
    default:
      return notCallable(a, e, callee);
  }
}

function notCallable(a: Analysis, e: ast.CallExpression, callee: ast.NameExpression): undefined {
  return a.report("not-callable", e.span, { name: nameText(callee.parts) });
}

type BoundArguments = NonNullable<ReturnType<typeof bindArguments>>;

function vmodCall(
  a: Analysis,
  e: ast.CallExpression,
  callee: ast.NameExpression,
  fn: VccFunction,
  resolve: (args: BoundArguments) => NonNullable<Value["resolution"]>,
): Value | undefined {
  const name = nameText(callee.parts);
  a.use("read", name, functionMask(fn), callee.span, e.span);
  if (fn.suspends) a.sub.waits = true;
  if (fn.asksHealth) a.sub.asksHealth = true;
  const args = bindArguments(a, e.span, e.args, fn, name);
  if (args === undefined) return undefined;
  const type: VclType = fn.returns === "ENUM" || fn.returns === "STRANDS" ? "STRING" : fn.returns;
  const nullable = fn.returns !== "ENUM" && types[type].nullable === true;
  return { type, nullable, strands: 1, resolution: resolve(args) };
}

const regsubArguments = ["STRING", "REGEX", "STRING"] as const;

/** `regsub(text, pattern, replacement)`: positional arguments only. */
function regsub(a: Analysis, e: ast.CallExpression, name: string): Value | undefined {
  let sound = true;
  const args: ast.Expression[] = [];
  for (const [index, argument] of e.args.entries()) {
    const type = regsubArguments[index];
    if (type === undefined) {
      return a.report("argument-surplus", argument.span, { callee: name, count: regsubArguments.length });
    }
    if (argument.name) return a.report("argument-named", argument.span, { callee: name });
    sound = expect(a, argument.value, type) !== undefined && sound;
    args.push(argument.value);
  }
  const [subject, pattern, replacement] = args;
  if (subject === undefined || pattern === undefined || replacement === undefined) {
    return a.report("argument-missing", e.span, { argument: args.length + 1 });
  }
  if (!sound) return undefined;
  checkCaptures(a, subject, pattern, replacement);
  return plainValue("STRING", {
    resolution: { kind: "regsub", all: name === "regsuball", args: [subject, pattern, replacement] },
  });
}

/** Warns of a replacement that quotes a group whose text PCRE2 may see differently. */
function checkCaptures(
  a: Analysis,
  subject: ast.Expression,
  pattern: ast.Expression,
  replacement: ast.Expression,
): void {
  const text = a.expressions.get(replacement)?.constant;
  const translated = patternOf(a, String(a.expressions.get(pattern)?.constant));
  if (!("unstableGroups" in translated) || typeof text !== "string") return;
  const quoted = [...text.replaceAll("\\\\", "").matchAll(/\\(\d)/g)].map(([, digit]) => Number(digit));
  // What is replaced is the whole match, quoted or not.
  const group = [0, ...quoted].find((number) => translated.unstableGroups.includes(number));
  if (group === undefined) return;
  const span = { ...subject.span, end: replacement.span.end };
  a.report("regex-capture", span, { group: group === 0 ? "the whole match" : `group ${group}` });
}
