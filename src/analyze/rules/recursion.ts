import type { Analysis } from "../analysis.js";
import { callsOf, type SubCall, type SubInfo } from "../sub-info.js";

/** A sub that is being walked: the calls that are to be followed, how many of them were, and the call that led here. */
interface Step {
  readonly sub: SubInfo;
  readonly calls: readonly SubCall[];
  followed: number;
  readonly by: SubCall | undefined;
}

/** For each sub that was met: how deep it is on the path that is being walked, or that all it leads to was walked. */
type Met = Map<SubInfo, number>;
const done = -1;

/** No sub calls itself, directly or through others. Each circle is reported once, at the sub where it closes. */
export function recursion(a: Analysis): void {
  const met: Met = new Map();
  // By alphabet, as the reference implementation goes, so that a circle is reported at the same sub.
  for (const name of [...a.subs.keys()].sort()) {
    const sub = a.subs.get(name)!;
    if (!met.has(sub) && callsOf(sub).length > 0) walk(a, sub, met);
  }
}

/** How many calls of a circle are shown, the last of them: it may be as long as the program. */
const longestCircle = 50;

/** Depth first, with a stack of its own: chains of calls may be long. A sub that calls none leads nowhere. */
function walk(a: Analysis, root: SubInfo, met: Met): void {
  const path: Step[] = [];
  const enter = (sub: SubInfo, calls: readonly SubCall[], by?: SubCall) => {
    met.set(sub, path.length);
    path.push({ sub, calls, followed: 0, by });
  };
  enter(root, callsOf(root));
  for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
    const call = step.calls[step.followed++];
    if (call === undefined) {
      met.set(step.sub, done);
      path.pop();
      continue;
    }
    const depth = met.get(call.callee);
    const calls = callsOf(call.callee);
    if (depth === undefined && calls.length > 0) enter(call.callee, calls, call);
    else if (depth !== undefined && depth !== done)
      reportCircle(a, call, path.slice(Math.max(depth + 1, path.length - longestCircle)));
  }
}

function reportCircle(a: Analysis, closing: SubCall, steps: readonly Step[]): void {
  const { callee } = closing;
  const place = callee.userBodies[0]?.name.span ?? closing.identifier.span;
  const calls = a.limit.isReached("recursion") ? [] : [...steps.flatMap(({ by }) => by ?? []), closing];
  const related = calls
    .reverse()
    .map(({ identifier }) => ({ span: identifier.span, message: "Called from here" }));
  a.report("recursion", place, { name: callee.name }, { related });
}
