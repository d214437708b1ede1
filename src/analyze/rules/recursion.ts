import type { Analysis } from "../analysis.js";
import { callsOf, type SubCall, type SubInfo } from "../sub-info.js";

/** A sub that is being walked: the calls that are still to be followed, and the call that led here. */
interface Step {
  readonly sub: SubInfo;
  readonly calls: Iterator<SubCall>;
  readonly by: SubCall | undefined;
}

/** No sub calls itself, directly or through others. Each circle is reported once, at the sub where it closes. */
export function recursion(a: Analysis): void {
  const done = new Set<SubInfo>();
  // By alphabet, as the reference implementation goes, so that a circle is reported at the same sub.
  const subs = [...a.subs].sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [, sub] of subs) if (!done.has(sub)) walk(a, sub, done);
}

/** How many calls of a circle are shown, the last of them: it may be as long as the program. */
const longestCircle = 50;

/** Depth first, with a stack of its own: chains of calls may be long. */
function walk(a: Analysis, root: SubInfo, done: Set<SubInfo>): void {
  const path: Step[] = [];
  const depths = new Map<SubInfo, number>();
  const enter = (sub: SubInfo, by?: SubCall) => {
    depths.set(sub, path.length);
    path.push({ sub, calls: callsOf(sub)[Symbol.iterator](), by });
  };
  enter(root);
  for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
    const next = step.calls.next();
    if (next.done) {
      done.add(step.sub);
      depths.delete(step.sub);
      path.pop();
      continue;
    }
    const call = next.value;
    const depth = depths.get(call.callee);
    if (depth !== undefined)
      reportCircle(a, call, path.slice(Math.max(depth + 1, path.length - longestCircle)));
    else if (!done.has(call.callee)) enter(call.callee, call);
  }
}

function reportCircle(a: Analysis, closing: SubCall, steps: readonly Step[]): void {
  const { callee } = closing;
  const place = callee.userBodies[0]?.name.span ?? closing.identifier.span;
  const calls = [...steps.flatMap(({ by }) => by ?? []), closing].reverse();
  const related = calls.map(({ identifier }) => ({ span: identifier.span, message: "Called from here" }));
  a.report("recursion", place, { name: callee.name }, { related });
}
