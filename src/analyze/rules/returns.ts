import { actions, type ActionEntry } from "../../language/actions.js";
import { maskOf } from "../../language/subs.js";
import type { Analysis } from "../analysis.js";
import { blamesCall, illegalMethod, whereDetails, whereText } from "./where.js";

/** The actions that a sub returns are legal in every method sub that reaches it. */
export function returns(a: Analysis): void {
  for (const sub of a.subs.values()) {
    for (const { action, legal, identifier } of sub.returns) {
      const method = illegalMethod(sub, legal);
      if (method === undefined || blamesCall(a, sub, identifier.span, method)) continue;
      const bit = maskOf([method]);
      const legalHere = Object.entries(actions)
        .filter(([, entry]: [string, ActionEntry]) => maskOf(entry.subs) & bit)
        .map(([name]) => name);
      const { related } = whereDetails(a, sub, method, legal);
      const hint = `legal returns of ${method} are: ${legalHere.join(", ")}`;
      const extra = related ? { hint, related } : { hint };
      a.report("invalid-return", identifier.span, { action, where: whereText(sub, method) }, extra);
    }
  }
}
