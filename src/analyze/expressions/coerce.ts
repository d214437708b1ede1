import { types, type VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import { typeOf, type Analysis, type Value } from "../analysis.js";
import { evaluate } from "./index.js";

/** Evaluates an expression and converts it to the type that its place wants, or reports that it cannot be. */
export function expect(a: Analysis, e: ast.Expression, wanted: VclType): Value | undefined {
  const value = evaluate(a, e, wanted === "STRANDS" ? "STRING" : wanted);
  return value === undefined ? undefined : coerce(a, e, value, wanted);
}

/** Converts a value to the type that its place wants, or reports that it cannot be. */
export function coerce(a: Analysis, e: ast.Expression, value: Value, wanted: VclType): Value | undefined {
  if (convert(value, wanted)) return value;
  const expected = wanted === "STRANDS" || wanted === "BODY" ? "STRING" : wanted;
  return a.report("type-mismatch", e.span, { found: typeName(value), expected }, mismatchHint(value, wanted));
}

/** Marks the conversion of a value where there is one; false where there is none. */
export function convert(value: Value, wanted: VclType): boolean {
  const type = typeOf(value);
  if (type === wanted) return true;
  switch (wanted) {
    case "STRING":
    case "STRANDS":
      return convertToString(value);
    case "BODY":
      return type === "BLOB" || convertToString(value);
    case "BOOL":
      if (!types[type].truth) return false;
      value.convertTo = "BOOL";
      return true;
    default:
      return false;
  }
}

/** Marks the conversion of a value to STRING; false where it has no text form. */
export function convertToString(value: Value): boolean {
  const type = typeOf(value);
  if (type === "STRING") return true;
  if (!types[type].text) return false;
  value.convertTo = "STRING";
  return true;
}

/** The type of a value in the words of a message. */
export function typeName(value: Value): string {
  return value.typeName ?? typeOf(value);
}

function mismatchHint(value: Value, wanted: VclType): { hint?: string } {
  const type = typeOf(value);
  if (type === "INT" && wanted === "DURATION") return { hint: "a duration needs a unit: 10s, 5m, 1h" };
  if (type === "STRING" && wanted === "REGEX") {
    return { hint: "a pattern is a literal; std and other modules have functions for computed ones" };
  }
  const conversions: Partial<Record<VclType, string>> = {
    INT: "std.integer",
    REAL: "std.real",
    DURATION: "std.duration",
    BYTES: "std.bytes",
    IP: "std.ip",
    TIME: "std.time",
  };
  const conversion = type === "STRING" ? conversions[wanted] : undefined;
  return conversion === undefined ? {} : { hint: `convert it with ${conversion}()` };
}
