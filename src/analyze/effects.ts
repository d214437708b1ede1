import type { Analysis } from "./analysis.js";
import { callsOf, type SubInfo } from "./sub-info.js";

/**
 * The effects pass: which subs can wait, themselves or through any chain of calls. A call of a SUB value waits when any sub that is used
 * as a value does.
 */
export function findSuspending(a: Analysis): void {
  const callers = new Map<SubInfo, SubInfo[]>();
  const valueCallers: SubInfo[] = [];
  const work: SubInfo[] = [];
  for (const sub of a.subs.values()) {
    for (const { callee } of callsOf(sub)) {
      const list = callers.get(callee);
      if (list) list.push(sub);
      else callers.set(callee, [sub]);
    }
    if (sub.callsValue) valueCallers.push(sub);
    if (sub.waits) work.push(sub);
  }
  for (let sub = work.pop(); sub !== undefined; sub = work.pop()) {
    if (sub.fact.suspends) continue;
    sub.fact.suspends = true;
    work.push(...(callers.get(sub) ?? []));
    if (sub.isValue) work.push(...valueCallers);
  }
}
