import type { Analysis } from "../analysis.js";
import { legalMasks } from "../sub-facts.js";

/** A sub that nothing reaches by name, only perhaps as a value, could run somewhere. */
export function impossible(a: Analysis): void {
  const masks = legalMasks(a);
  for (const sub of a.subs.values()) {
    const [body] = sub.userBodies;
    if (sub.reached !== 0 || !sub.referenced || body === undefined) continue;
    if (masks.get(sub) === 0) a.report("impossible-sub", body.name.span, { name: sub.name });
  }
}
