import type { RequestTask } from "../request-task.js";
import type { NextStep } from "./step.js";
import { synth } from "./synth.js";

/** Notes the response that the synth state will make. */
export function synthesize(task: RequestTask, status: number, reason?: string): void {
  task.errStatus = status;
  task.errReason = reason;
}

/** vclfail: VCL has failed. What it did to the request is undone, and the connection ends after the answer. */
export function vclFail(task: RequestTask): NextStep {
  task.rollback();
  task.exchange.session.close("VCL_FAILURE");
  if (task.exchange.gone) synthesize(task, 408, "Client disconnected");
  else synthesize(task, 503, "VCL failed");
  return synth;
}
