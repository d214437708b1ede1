import type { Analysis } from "../analysis.js";
import { callsOf, type SubCall, type SubInfo } from "../sub-info.js";

/** No sub calls itself, directly or through others. Each circle is reported once, at the sub where it closes. */
export function recursion(a: Analysis): void {
  const done = new Set<SubInfo>();
  // By alphabet, as the reference implementation goes, so that a circle is reported at the same sub.
  const subs = [...a.subs].sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [, sub] of subs) walk(a, sub, [], done);
}

/** A sub that is being walked, and the call that led to it. */
interface Step {
  readonly sub: SubInfo;
  readonly call: SubCall | undefined;
}

function walk(a: Analysis, sub: SubInfo, path: readonly Step[], done: Set<SubInfo>, by?: SubCall): void {
  if (done.has(sub)) return;
  const here = [...path, { sub, call: by }];
  for (const call of callsOf(sub)) {
    const start = here.findIndex((step) => step.sub === call.callee);
    if (start < 0) walk(a, call.callee, here, done, call);
    else reportCircle(a, call, here.slice(start + 1));
  }
  done.add(sub);
}

function reportCircle(a: Analysis, closing: SubCall, steps: readonly Step[]): void {
  const { callee } = closing;
  const place = callee.userBodies[0]?.name.span ?? closing.identifier.span;
  const calls = [...steps.flatMap(({ call }) => call ?? []), closing].reverse();
  const related = calls.map(({ identifier }) => ({ span: identifier.span, message: "Called from here" }));
  a.report("recursion", place, { name: callee.name }, { related });
}
