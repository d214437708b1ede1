import type { DiagnosticCode } from "../../diagnostics/catalog.js";
import type { Analysis } from "../analysis.js";
import type { SubUse } from "../sub-info.js";
import { blamesCall, illegalMethod, whereDetails, whereText } from "./where.js";

const codes = {
  read: "not-available",
  set: "not-settable-here",
  unset: "not-unsettable-here",
  action: "not-an-action-here",
} as const satisfies Record<SubUse["how"], DiagnosticCode>;

/** What a sub reads, sets, unsets and does is legal in every method sub that reaches it. */
export function uses(a: Analysis): void {
  for (const sub of a.subs.values()) {
    const illegal = sub.uses.filter(({ legal }) => (sub.reached & ~legal) !== 0);
    for (const use of illegal) {
      const { how, name, legal, span } = use;
      const method = illegalMethod(sub, legal);
      if (method === undefined || isSaidOfArgument(use, illegal) || blamesCall(a, sub, span, method))
        continue;
      const where = whereText(sub, method);
      a.report(codes[how], span, { name, where }, whereDetails(a, sub, method, legal));
    }
  }
}

/** A function of the other side called with a variable of the other side is one mistake: it is reported at the variable. */
function isSaidOfArgument({ call }: SubUse, illegal: readonly SubUse[]): boolean {
  if (call === undefined) return false;
  return illegal.some(
    ({ span, call: other }) =>
      other === undefined && span.file === call.file && span.start > call.start && span.end < call.end,
  );
}
