import type { DiagnosticCode } from "../../diagnostics/catalog.js";
import { describeMask } from "../../language/subs.js";
import type { SourceFile } from "../../source/source-file.js";
import type { Analysis } from "../analysis.js";
import type { SubInfo, SubUse } from "../sub-info.js";
import { blamesCall, illegalMethod, whereDetails, whereText } from "./where.js";

const codes = {
  read: "not-available",
  set: "not-settable-here",
  unset: "not-unsettable-here",
  action: "not-an-action-here",
  readOnly: "not-available",
} as const satisfies Record<SubUse["how"], DiagnosticCode>;

/** What a sub reads, sets, unsets and does is legal in every method sub that reaches it. */
export function uses(a: Analysis): void {
  for (const sub of a.subs.values()) {
    readOnly(a, sub);
    const illegal = sub.uses.filter(({ legal }) => (sub.reached & ~legal) !== 0);
    const variables = startsOfVariables(illegal);
    for (const use of illegal) {
      const { how, name, legal, span } = use;
      const method = illegalMethod(sub, legal);
      if (method === undefined || isSaidOfArgument(use, variables) || blamesCall(a, sub, span, method))
        continue;
      const code = codes[how];
      const details = a.limit.isReached(code) ? {} : whereDetails(a, sub, method, legal);
      const hint = formerUse(name) ?? `nothing can set it; it can be read in: ${describeMask(legal)}`;
      const more = how === "readOnly" ? { ...details, hint } : details;
      a.report(code, span, { name, where: whereText(sub, method) }, more);
    }
  }
}

/** Variables that a sub sets and nothing may set. Where one cannot even be read, that is what is said of it. */
function readOnly(a: Analysis, { uses, reached }: SubInfo): void {
  for (const { how, name, legal, span } of uses) {
    if (how === "readOnly" && (reached & ~legal) === 0)
      a.report("read-only", span, { name }, readOnlyHint(name));
  }
}

function readOnlyHint(name: string): { hint?: string } {
  const hint = formerUse(name);
  return hint === undefined ? {} : { hint };
}

/** What to write now instead of setting what older VCL could set. */
function formerUse(name: string): string | undefined {
  if (name === "req.hash") return "since VCL 4 it is hash_data(…); in vcl_hash";
  if (!/^obj\.(?:ttl|grace|keep|http)/.test(name)) return undefined;
  return "since VCL 4 objects are not changed: set beresp… in vcl_backend_response";
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
