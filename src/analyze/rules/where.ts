import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { describeMask, subsOf, type MethodSub, type SubMask } from "../../language/subs.js";
import type { Span } from "../../source/source-file.js";
import type { Analysis } from "../analysis.js";
import { callPath } from "../call-graph.js";
import type { SubInfo } from "../sub-info.js";

/** The method sub that makes something illegal; the first by alphabet, as the reference implementation looks at them. */
export function illegalMethod(sub: SubInfo, legal: SubMask): MethodSub | undefined {
  return subsOf(sub.reached & ~legal).sort()[0];
}

/**
 * Whether what is illegal stands in the built-in text. Then the program is wrong where it calls that text: the call is reported, once for
 * all that is illegal behind it.
 */
export function blamesCall(a: Analysis, sub: SubInfo, span: Span, method: MethodSub): boolean {
  if (span.file.kind !== "builtin") return false;
  const call = callPath(a, method, sub).findLast(({ identifier }) => identifier.span.file.kind !== "builtin");
  if (call === undefined) return false;
  if (a.blamed.has(call.identifier)) return true;
  a.blamed.add(call.identifier);
  const related = [{ span, message: "The built-in VCL does this" }];
  const parameters = { name: call.callee.name, where: whereText(call.callee, method) };
  a.report("builtin-sub-call", call.identifier.span, parameters, { related });
  return true;
}

/** "in subroutine 'x'" where the method sub does it itself, "from subroutine 'x'" where it does so through calls. */
export function whereText(sub: SubInfo, method: MethodSub): string {
  return `${sub.name.toLowerCase() === method ? "in" : "from"} subroutine '${method}'`;
}

/** How many calls are shown of those that lead to a place, the nearest ones: a chain may be as long as the program. */
const longestPath = 50;

/** The calls that lead there, and where it would be legal. */
export function whereDetails(
  a: Analysis,
  sub: SubInfo,
  method: MethodSub,
  legal: SubMask,
): Pick<Diagnostic, "hint" | "related"> {
  const related = callPath(a, method, sub)
    .reverse()
    .slice(0, longestPath)
    .map(({ identifier }) => ({ span: identifier.span, message: "Called from here" }));
  const hint = legal === 0 ? {} : { hint: `legal in: ${describeMask(legal)}` };
  return related.length > 0 ? { ...hint, related } : hint;
}
