import { actionsOf } from "../../language/actions.js";
import type { Analysis } from "../analysis.js";
import { formerAction } from "../former-actions.js";
import { blamesCall, illegalMethod, whereDetails, whereText } from "./where.js";

/** The actions that a sub returns are legal in every method sub that reaches it. */
export function returns(a: Analysis): void {
  for (const sub of a.subs.values()) {
    for (const { action, legal, identifier } of sub.returns) {
      const method = illegalMethod(sub, legal);
      if (method === undefined || blamesCall(a, sub, identifier.span, method)) continue;
      const { related } = a.limit.isReached("invalid-return") ? {} : whereDetails(a, sub, method, legal);
      const former = formerAction(method, action);
      const hint = `${former === undefined ? "" : `${former}; `}legal returns of ${method} are: ${actionsOf(method).join(", ")}`;
      const extra = related ? { hint, related } : { hint };
      a.report("invalid-return", identifier.span, { action, where: whereText(sub, method) }, extra);
    }
  }
}
