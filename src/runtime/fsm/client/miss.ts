import type { Action } from "../../task.js";
import { startFetch } from "../backend/start.js";
import type { RequestTask } from "../request-task.js";
import { fetch } from "./fetch.js";
import { vclFail } from "./failure.js";
import { pass } from "./pass.js";
import { restart } from "./restart.js";
import { withAction, type ClientStep, type NextStep } from "./step.js";
import { synth } from "./synth.js";

/** miss: the busy object from the look-up is fetched; where VCL decides otherwise, another request may fetch it. */
export function miss(task: RequestTask): NextStep {
  return withAction(task.run("vcl_miss"), task, afterMiss);
}

const others: Partial<Record<Action, ClientStep>> = { pass, restart, synth };

function afterMiss(task: RequestTask, action: Action): NextStep {
  const { found } = task.req;
  const { busy, stale } = found;
  found.object = found.busy = found.stale = undefined;
  if (busy && action === "fetch") {
    task.core.count("cache_miss");
    startFetch(task, busy, stale, "miss");
    return fetch;
  }
  if (busy) task.core.cache.withdraw(busy);
  return others[action] ?? vclFail;
}
