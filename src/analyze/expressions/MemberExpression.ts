import type { VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import type { Analysis, Value } from "../analysis.js";
import { evaluate } from "./index.js";
import { member } from "./members.js";

/** A property of a value that is no plain name, without parentheses. */
export function memberExpression(a: Analysis, e: ast.MemberExpression, wanted: VclType): Value | undefined {
  return memberOf(a, e, e, wanted, false);
}

/** A property or method of a value that is no plain name; `whole` is the call where it is called. */
export function memberOf(
  a: Analysis,
  e: ast.MemberExpression,
  whole: ast.Expression,
  wanted: VclType,
  called: boolean,
): Value | undefined {
  // The text before `.lower()` is a text, even where an address or a pattern is looked for.
  const context = wanted === "IP" || wanted === "REGEX" ? "STRING" : wanted;
  const object = evaluate(a, e.object, context);
  if (object === undefined) return undefined;
  const receiver = { kind: "expression", expression: e.object } as const;
  return member(a, object, e.property, receiver, whole, called);
}
