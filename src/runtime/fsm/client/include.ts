import type { EsiParent, IncludeOutcome } from "../../body/esi/esi-delivery.js";
import { isGoodInclude } from "../../body/esi/esi-delivery.js";
import type { IncludeSegment } from "../../body/esi/esi-program.js";
import { includeOutput, type IncludeOutput } from "../../body/esi/include-output.js";
import type { BodyLink } from "../../body/filter-kind.js";
import { hasFeature } from "../../parameters.js";
import { RequestTask } from "../request-task.js";
import { runFrom } from "../run-client-task.js";
import { IncludeExchange, type IncludeFields } from "./include-exchange.js";
import { recv } from "./recv.js";

/** A request that stands for an ESI include: how its response gets into the parent's, and what came of it. */
export class Include {
  readonly parent: RequestTask;
  outcome: IncludeOutcome = "good";
  private readonly place: EsiParent;
  private leavesOutBroken = false;
  private delivers = false;
  private readonly turn: Promise<void> | undefined;
  private flushing: Promise<void> | undefined;

  constructor(parent: RequestTask, place: EsiParent, turn: Promise<void> | undefined) {
    this.parent = parent;
    this.place = place;
    this.turn = turn;
  }

  /** Where the body goes that `task` delivers through these filters. */
  output({ core, bodyFacts: facts, resp }: RequestTask, filters: readonly string[]): IncludeOutput {
    if (!isGoodInclude(resp.status)) {
      this.outcome = "bad";
      if (hasFeature(core.params, "esi_include_onerror")) return nothing;
    }
    const output = includeOutput(this.place, facts, filters, core.host.compression);
    this.leavesOutBroken = output.leavesOutBroken;
    return output;
  }

  /** The client gets what came before, while the response is waited for. */
  waits(): void {
    if (!this.delivers && !this.turn) this.flushing = this.place.sink.flush?.() ?? undefined;
  }

  /** The body is there; a promise where it is not its turn yet, or what came before is still on its way. */
  begins(): Promise<void> | undefined {
    this.delivers = true;
    return this.turn ?? this.flushing;
  }

  /** The body has broken off. */
  broke(): void {
    if (!this.leavesOutBroken) this.outcome = "bad";
  }
}

/** Nothing of the response gets into the parent's. */
const nothing: IncludeOutput = {
  tail: { satisfied: true, write: () => undefined, end: () => undefined } satisfies BodyLink,
  member: undefined,
  leavesOutBroken: false,
};

/**
 * Runs the request for an ESI include and puts its response into the parent's (delivery 3). It starts in the VCL that the client's request came in
 * on, whatever VCL that has switched to since (S4-84).
 */
export function deliverInclude(
  parent: RequestTask,
  segment: IncludeSegment,
  place: EsiParent,
  fields: IncludeFields,
  turn?: Promise<void>,
): IncludeOutcome | Promise<IncludeOutcome> {
  const { core, top } = parent;
  const level = parent.req.esi_level + 1;
  const most = core.params.max_esi_depth;
  if (level > most) {
    parent.log("VCL_Error", `ESI depth limit reached (param max_esi_depth = ${most})`);
    return "bad";
  }
  const vcl = top.vcl0 ?? top.vcl;
  vcl.retain();
  const include = new Include(parent, place, turn);
  const exchange = new IncludeExchange(parent.exchange, segment, fields.of(segment.host), () => {
    include.outcome = "bad";
  });
  const task = new RequestTask(core, exchange, vcl, include);
  core.count("esi_req");
  parent.log("Link", `req ${task.xid} esi ${level}`);
  task.log("Begin", `req ${parent.xid} esi ${level}`);
  task.startTime();
  task.log("ReqURL", segment.url);
  task.logRequest();
  const running = runFrom(task, recv);
  if (!running) return include.outcome;
  include.waits();
  return running.then(() => include.outcome);
}
