import type { VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import { plainValue, type Analysis, type Value } from "../analysis.js";
import { isResolvable } from "../host-names.js";
import { patternOf } from "./patterns.js";

/** A string, unless an address or a pattern is looked for: then it is one, made at compile time. */
export function stringLiteral(a: Analysis, e: ast.StringLiteral, wanted: VclType): Value | undefined {
  const value = plainValue("STRING", { constant: e.value });
  if (wanted === "IP") return ipConstant(a, e, value);
  if (wanted === "REGEX") return regexConstant(a, e, value);
  return value;
}

function ipConstant(a: Analysis, e: ast.StringLiteral, value: Value): Value | undefined {
  if (e.value.startsWith("/") || !isResolvable(e.value)) {
    return a.report("ip-constant", e.span, { text: e.value });
  }
  value.convertTo = "IP";
  return value;
}

/** Turns a constant string into a pattern, or reports what is wrong with it. */
export function regexConstant(a: Analysis, e: ast.Expression, value: Value): Value | undefined {
  const result = patternOf(a, String(value.constant));
  if ("error" in result) {
    const { message, offset } = result.error;
    return a.report("regex-invalid", e.span, { reason: `${message} (at offset ${offset})` });
  }
  if ("unsupported" in result) {
    const { message, offset } = result.unsupported;
    return a.report("regex-untranslatable", e.span, { reason: `${message} (at offset ${offset})` });
  }
  if (result.backtracks) {
    a.report(
      "regex-backtracks",
      e.span,
      {},
      {
        hint: "let the turns of the outer repetition begin with something that the inner one cannot match: (/[a-z]+)+",
      },
    );
  }
  value.convertTo = "REGEX";
  return value;
}
