import { everySub, methodSubNames, methodSubs, subsOf, type SubMask } from "../language/subs.js";
import type { Analysis } from "./analysis.js";
import type { SubFact } from "./program.js";
import { callersOf } from "./call-graph.js";
import type { SubInfo } from "./sub-info.js";

/** The subs that a module must hold: those of the program, and the built-in ones that lead to a hook which the program extends, or `all` of them. */
export function subsToEmit(a: Analysis, all: boolean): SubFact[] {
  const withBuiltin = all ? new Set(a.subs.values()) : subsWithBuiltin(a);
  const emitted: SubInfo[] = [];
  for (const name of methodSubNames) {
    const sub = a.subs.get(name);
    if (sub) emitted.push(sub);
  }
  const others = [...a.subs.values()].filter((sub) => sub.kind !== "method");
  const masks = legalMasks(a);
  return emitted
    .concat(others.filter((sub) => sub.userBodies.length > 0))
    .concat(others.filter((sub) => sub.userBodies.length === 0))
    .filter((sub) => sub.userBodies.length > 0 || withBuiltin.has(sub))
    .map((sub) => completed(sub, withBuiltin.has(sub), masks));
}

/** Subs that are emitted with their built-in bodies, and whatever those call. */
function subsWithBuiltin(a: Analysis): Set<SubInfo> {
  const included = new Set<SubInfo>();
  const work: SubInfo[] = [];
  for (const sub of a.subs.values()) {
    if (sub.kind === "hook" && (sub.userBodies.length > 0 || isNamedByUser(sub, a))) work.push(sub);
    else if (sub.builtinBodies.length > 0 && leadsToExtendedHook(sub)) work.push(sub);
  }
  for (let sub = work.pop(); sub !== undefined; sub = work.pop()) {
    if (included.has(sub) || sub.builtinBodies.length === 0) continue;
    included.add(sub);
    for (const { callee } of sub.builtinCalls) work.push(callee);
  }
  return included;
}

function isNamedByUser(hook: SubInfo, a: Analysis): boolean {
  if (hook.isValue) return true;
  for (const sub of a.subs.values()) {
    if (sub.userCalls.some(({ callee }) => callee === hook)) return true;
  }
  return false;
}

function leadsToExtendedHook(sub: SubInfo): boolean {
  const seen = new Set<SubInfo>();
  const work = [sub];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    for (const { callee } of next.builtinCalls) {
      if (callee.userBodies.length > 0) return true;
      if (!seen.has(callee)) work.push(callee);
      seen.add(callee);
    }
  }
  return false;
}

function completed(sub: SubInfo, includesBuiltin: boolean, masks: ReadonlyMap<SubInfo, SubMask>): SubFact {
  const { fact } = sub;
  fact.bodies = includesBuiltin ? [...sub.userBodies, ...sub.builtinBodies] : sub.userBodies;
  fact.includesBuiltin = includesBuiltin;
  const mask = sub.isValue || sub.reached === 0 ? masks.get(sub)! : sub.reached;
  const { reachedFrom, group } = placeOf(mask);
  fact.reachedFrom = reachedFrom;
  fact.group = group;
  return fact;
}

type Place = Pick<SubFact, "reachedFrom" | "group">;

const places = new Map<SubMask, Place>();

/** Where a sub can be reached from: one for all subs that are reached alike, of which there may be very many. */
function placeOf(mask: SubMask): Place {
  let place = places.get(mask);
  if (place === undefined) {
    const reachedFrom = new Set(subsOf(mask));
    const groups = new Set([...reachedFrom].map((name) => methodSubs[name]));
    places.set(mask, (place = { reachedFrom, group: groups.size === 1 ? [...groups][0] : undefined }));
  }
  return place;
}

/** The method subs in which each sub, with all that it calls, could legally run. */
export function legalMasks(a: Analysis): ReadonlyMap<SubInfo, SubMask> {
  const masks = new Map<SubInfo, SubMask>();
  const callers = callersOf(a);
  for (const sub of a.subs.values()) {
    let mask: SubMask = everySub;
    for (const { legal } of sub.uses) mask &= legal;
    for (const { legal } of sub.returns) mask &= legal;
    masks.set(sub, mask);
  }
  // What is illegal in a sub is so in whatever calls it.
  const work = [...masks.keys()];
  for (let sub = work.pop(); sub !== undefined; sub = work.pop()) {
    for (const caller of callers.get(sub) ?? []) {
      const before = masks.get(caller)!;
      const mask = before & masks.get(sub)!;
      if (mask === before) continue;
      masks.set(caller, mask);
      work.push(caller);
    }
  }
  return masks;
}
