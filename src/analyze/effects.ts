import type { Analysis } from "./analysis.js";
import { callersOf } from "./call-graph.js";

/**
 * The effects pass: which subs can wait, themselves or through any chain of calls. A call of a SUB value waits when any sub that is used
 * as a value does.
 */
export function findSuspending(a: Analysis): void {
  const callers = callersOf(a);
  const subs = [...a.subs.values()];
  const valueCallers = subs.filter(({ callsValue }) => callsValue);
  const work = subs.filter(({ waits }) => waits);
  for (let sub = work.pop(); sub !== undefined; sub = work.pop()) {
    if (sub.fact.suspends) continue;
    sub.fact.suspends = true;
    for (const caller of callers.get(sub) ?? []) work.push(caller);
    if (sub.isValue) for (const caller of valueCallers) work.push(caller);
  }
}
