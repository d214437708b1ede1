import type { Analysis } from "./analysis.js";
import { callersOf } from "./call-graph.js";
import type { ImportFact } from "./program.js";

/**
 * The effects pass: which subs can wait, themselves or through any chain of calls. A call of a SUB value waits when any sub that is used
 * as a value does.
 */
export function findSuspending(a: Analysis): void {
  const callers = callersOf(a);
  const subs = [...a.subs.values()];
  if (hasSettling(a.imports)) for (const sub of subs) sub.waits ||= sub.asksHealth;
  const valueCallers = subs.filter(({ callsValue }) => callsValue);
  const work = subs.filter(({ waits }) => waits);
  for (let sub = work.pop(); sub !== undefined; sub = work.pop()) {
    if (sub.fact.suspends) continue;
    sub.fact.suspends = true;
    for (const caller of callers.get(sub) ?? []) work.push(caller);
    if (sub.isValue) for (const caller of valueCallers) work.push(caller);
  }
}

/** Whether a program imports directors whose health takes time to know: only then does asking for health wait. */
export function hasSettling(imports: readonly ImportFact[]): boolean {
  return imports.some(({ vmod }) => vmod.settling);
}
