import type { DiagnosticCode } from "../../diagnostics/catalog.js";
import type { SourceFile } from "../../source/source-file.js";
import type { Analysis } from "../analysis.js";
import type { SubUse } from "../sub-info.js";
import { blamesCall, illegalMethod, whereDetails, whereText } from "./where.js";

const codes = {
  read: "not-available",
  set: "not-settable-here",
  unset: "not-unsettable-here",
  action: "not-an-action-here",
} as const satisfies Record<SubUse["how"], DiagnosticCode>;

/** What a sub reads, sets, unsets and does is legal in every method sub that reaches it. */
export function uses(a: Analysis): void {
  for (const sub of a.subs.values()) {
    const illegal = sub.uses.filter(({ legal }) => (sub.reached & ~legal) !== 0);
    const variables = startsOfVariables(illegal);
    for (const use of illegal) {
      const { how, name, legal, span } = use;
      const method = illegalMethod(sub, legal);
      if (method === undefined || isSaidOfArgument(use, variables) || blamesCall(a, sub, span, method))
        continue;
      const where = whereText(sub, method);
      a.report(codes[how], span, { name, where }, whereDetails(a, sub, method, legal));
    }
  }
}

/** Where the uses that are no calls begin, by file, in order. */
function startsOfVariables(uses: readonly SubUse[]): ReadonlyMap<SourceFile, readonly number[]> {
  const starts = new Map<SourceFile, number[]>();
  for (const { call, span } of uses) {
    if (call !== undefined) continue;
    const list = starts.get(span.file);
    if (list) list.push(span.start);
    else starts.set(span.file, [span.start]);
  }
  for (const list of starts.values()) list.sort((one, other) => one - other);
  return starts;
}

/** A function of the other side called with a variable of the other side is one mistake: it is reported at the variable. */
function isSaidOfArgument({ call }: SubUse, variables: ReadonlyMap<SourceFile, readonly number[]>): boolean {
  const starts = call && variables.get(call.file);
  if (!starts) return false;
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! > call.start) high = middle;
    else low = middle + 1;
  }
  return (starts[low] ?? Infinity) < call.end;
}
