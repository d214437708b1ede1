import type { Step } from "../../codegen/step.js";
import type { LogSink } from "../../runtime/index.js";

/** What a policy did, in its order: a step of its VCL, or a record of the log. */
export type TraceEntry =
  | { readonly xid: number; readonly step: Step }
  | { readonly xid: number; readonly tag: string; readonly text: string };

/** How often each step of one compiled VCL was taken. */
export class StepCounts {
  readonly steps: readonly Step[];
  readonly counts: Uint32Array;

  constructor(steps: readonly Step[]) {
    this.steps = steps;
    this.counts = new Uint32Array(steps.length);
  }
}

/** Keeps what happened since `take` was last called. */
export class Trace implements LogSink {
  #entries: TraceEntry[] = [];

  record(xid: number, tag: string, text: string): void {
    this.#entries.push({ xid, tag, text });
  }

  /** The hook of code that was compiled with steps. */
  stepper(counts: StepCounts): (task: object, step: number) => void {
    return (task, step) => {
      counts.counts[step] = (counts.counts[step] ?? 0) + 1;
      const taken = counts.steps[step];
      if (taken) this.#entries.push({ xid: "xid" in task ? Number(task.xid) : 0, step: taken });
    };
  }

  /** What happened until now, which is forgotten with it. */
  take(): readonly TraceEntry[] {
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }
}

/** How often each backend was asked, by the records of the connections that were taken for it. */
export function callsIn(trace: readonly TraceEntry[]): ReadonlyMap<string, number> {
  const calls = new Map<string, number>();
  for (const entry of trace) {
    if (!("tag" in entry) || entry.tag !== "BackendOpen") continue;
    const name = (entry.text.split(" ")[1] ?? "").replace(/^[^.]*\./, "");
    calls.set(name, (calls.get(name) ?? 0) + 1);
  }
  return calls;
}

/** What std.log wrote. */
export function loggedIn(trace: readonly TraceEntry[]): readonly string[] {
  return trace.flatMap((entry) => ("tag" in entry && entry.tag === "VCL_Log" ? [entry.text] : []));
}
