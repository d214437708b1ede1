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
  return a.report(
    "type-mismatch",
    e.span,
    { found: typeName(value), expected },
    mismatchHint(e, value, wanted),
  );
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

/** What a value of a wrong type could have been meant as. */
export function mismatchHint(e: ast.Expression, value: Value, wanted: VclType): { hint?: string } {
  const type = typeOf(value);
  if (type === "INT" && wanted === "DURATION") return { hint: "a duration needs a unit: 10s, 5m, 1h" };
  if (type !== "STRING") return {};
  if (e.kind === "StringLiteral" && unquoted[wanted]?.test(e.value)) {
    return { hint: `write ${e.value} without quotes` };
  }
  const hint = fromString[wanted];
  return hint === undefined ? {} : { hint };
}

/** Texts of string literals that are right without their quotes. */
const unquoted: Readonly<Partial<Record<VclType, RegExp>>> = {
  ACL: /^[A-Za-z][\w-]*$/,
  BACKEND: /^[A-Za-z][\w-]*$/,
  BOOL: /^(?:true|false)$/,
  VCL: /^[A-Za-z][\w-]*$/,
  BYTES: /^\d+ ?[KMGTP]?B$/i,
  DURATION: /^\d+(?:\.\d{1,3})? ?(?:ms|[smhdwy])$/,
  INT: /^\d{1,15}$/,
  PROBE: /^[A-Za-z][\w-]*$/,
  REAL: /^\d+(?:\.\d{1,3})?$/,
};

const fromString: Readonly<Partial<Record<VclType, string>>> = {
  ACL: "declare an acl with the addresses, and name it here",
  BACKEND: "name a declared backend, or call a director's .backend()",
  BYTES: "convert it with std.bytes()",
  DURATION: "convert it with std.duration()",
  INT: "convert it with std.integer()",
  IP: "convert it with std.ip()",
  REAL: "convert it with std.real()",
  REGEX: "a pattern is a literal; std.strstr() and std.fnmatch() take computed texts",
  STEVEDORE: "since VCL 4.1 it is storage.NAME; beresp.storage_hint, of VCL 4.0, takes a string",
  TIME: "convert it with std.time()",
};
