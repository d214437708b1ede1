import type { Analysis } from "../analysis.js";

/**
 * Method subs are not called. The reference compiler lets a call pass whose actions happen to agree, and the child then panics when it
 * comes to it.
 */
export function methodSubCall(a: Analysis): void {
  for (const sub of a.subs.values()) {
    for (const { callee, identifier } of sub.userCalls) {
      if (callee.kind !== "method" || callee === sub) continue;
      const hint = "move what both need into a sub of its own";
      a.report("method-sub-call", identifier.span, { name: callee.name }, { hint });
    }
  }
}
