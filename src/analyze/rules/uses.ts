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
    for (const { how, name, legal, span } of sub.uses) {
      const method = illegalMethod(sub, legal);
      if (method === undefined || blamesCall(a, sub, span, method)) continue;
      const where = whereText(sub, method);
      a.report(codes[how], span, { name, where }, whereDetails(a, sub, method, legal));
    }
  }
}
