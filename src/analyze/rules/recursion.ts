import type { Analysis } from "../analysis.js";
import { callsOf, type SubCall, type SubInfo } from "../sub-info.js";

/** No sub calls itself, directly or through others. Each circle is reported once, at the sub where it closes. */
export function recursion(a: Analysis): void {
  const done = new Set<SubInfo>();
  for (const sub of a.subs.values()) walk(a, sub, [], done);
}

function walk(a: Analysis, sub: SubInfo, path: readonly SubCall[], done: Set<SubInfo>): void {
  if (done.has(sub)) return;
  const active = new Set<SubInfo>([sub, ...path.map((call) => call.callee)]);
  for (const call of callsOf(sub)) {
    if (active.has(call.callee) || isRoot(path, sub, call)) reportCircle(a, [...path, call]);
    else walk(a, call.callee, [...path, call], done);
  }
  done.add(sub);
}

function isRoot(path: readonly SubCall[], sub: SubInfo, call: SubCall): boolean {
  return path.length === 0 && call.callee === sub;
}

function reportCircle(a: Analysis, path: readonly SubCall[]): void {
  const closing = path.at(-1);
  if (closing === undefined) return;
  const { callee } = closing;
  const place = callee.userBodies[0]?.name.span ?? closing.identifier.span;
  const start = path.findIndex((call) => call.callee === callee);
  const circle = start === path.length - 1 ? path : path.slice(start + 1);
  const related = [...circle].reverse().map(({ identifier }) => ({
    span: identifier.span,
    message: "Called from here",
  }));
  a.report("recursion", place, { name: callee.name }, { related });
}
