import { methodSubNames } from "../language/subs.js";
import type { Analysis } from "./analysis.js";
import { callsOf, type SubCall, type SubInfo } from "./sub-info.js";

/** Finds for each sub the method subs that reach it through static calls. */
export function findReached(a: Analysis): void {
  for (const [bit, name] of methodSubNames.entries()) {
    const method = a.subs.get(name);
    if (method !== undefined) reach(method, 1 << bit);
  }
}

function reach(start: SubInfo, mask: number): void {
  const stack = [start];
  for (let sub = stack.pop(); sub !== undefined; sub = stack.pop()) {
    if (sub.reached & mask) continue;
    sub.reached |= mask;
    for (const { callee } of callsOf(sub)) stack.push(callee);
  }
}

/** The calls that lead from a method sub to another sub, first call first; the shortest way. */
export function callPath(a: Analysis, method: string, target: SubInfo): SubCall[] {
  const start = a.subs.get(method);
  const cameBy = new Map<SubInfo, { from: SubInfo; call: SubCall }>();
  const queue = start ? [start] : [];
  for (const sub of queue) {
    if (sub === target) break;
    for (const call of callsOf(sub)) {
      if (call.callee === start || cameBy.has(call.callee)) continue;
      cameBy.set(call.callee, { from: sub, call });
      queue.push(call.callee);
    }
  }
  const path: SubCall[] = [];
  for (let step = cameBy.get(target); step; step = cameBy.get(step.from)) path.push(step.call);
  return path.reverse();
}

/** The subs that call each sub. */
export function callersOf(a: Analysis): ReadonlyMap<SubInfo, readonly SubInfo[]> {
  const callers = new Map<SubInfo, SubInfo[]>();
  for (const sub of a.subs.values()) {
    for (const { callee } of callsOf(sub)) {
      const list = callers.get(callee);
      if (list) list.push(sub);
      else callers.set(callee, [sub]);
    }
  }
  return callers;
}
