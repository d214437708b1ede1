import { isMethodSub, methodSubs } from "../../../language/subs.js";
import { VclFailure } from "../../../runtime/index.js";
import type { MemoryResponse } from "../../../host/memory/index.js";
import type { ReceivedRequest } from "../mock-backends.js";
import { loggedIn, type TraceEntry } from "../trace.js";

/** What came of a request, beside the response's head. */
export interface LastRequest {
  readonly body: string | undefined;
  readonly cache: string | undefined;
  readonly log: readonly string[];
  readonly received: readonly ReceivedRequest[];
  /** How often a sub of the state machine ran; fails for what is none. */
  ran(sub: string): number;
}

/** What records say about a request that has been answered. */
export function lastRequest(
  trace: readonly TraceEntry[],
  response: MemoryResponse | undefined,
  received: readonly ReceivedRequest[],
): LastRequest {
  return {
    body: response?.body,
    cache: cacheIn(trace),
    log: loggedIn(trace),
    received,
    ran: (sub) => runsOf(sub, trace),
  };
}

/** Before the first request. */
export const noRequest: LastRequest = lastRequest([], undefined, []);

/** Records that say how a request was answered: of several, the last one counts. */
const answers: Readonly<Record<string, string>> = {
  HIT: "hit",
  MISS: "miss",
  PASS: "pass",
  PIPE: "pipe",
  SYNTH: "synth",
};
const marks: Readonly<Record<string, string>> = { HitMiss: "hitmiss", HitPass: "hitpass" };

/** Of the client's own request, restarts included; what it includes has its own transactions. */
export function cacheIn(trace: readonly TraceEntry[]): string | undefined {
  const own = new Set<number>();
  let mark: string | undefined;
  let found: string | undefined;
  for (const entry of trace) {
    if (!("tag" in entry)) continue;
    const { tag, text, xid } = entry;
    if (tag === "Begin" && /^req \d+ (?:rxreq|restart)$/.test(text)) own.add(xid);
    if (!own.has(xid)) continue;
    mark = marks[tag] ?? mark;
    const answer = tag === "VCL_call" ? answers[text] : undefined;
    if (answer === undefined) continue;
    found = answer === "miss" || answer === "pass" ? (mark ?? answer) : answer;
    mark = undefined;
  }
  return found;
}

function runsOf(sub: string, trace: readonly TraceEntry[]): number {
  if (!isMethodSub(sub) || methodSubs[sub] === "housekeeping")
    throw new VclFailure(`testing.ran(): ${JSON.stringify(sub)} is no sub of a request, such as "vcl_miss"`);
  const record = sub.replace("vcl_", "").toUpperCase();
  return trace.filter((entry) => "tag" in entry && entry.tag === "VCL_call" && entry.text === record).length;
}
