import type { RequestTask } from "../request-task.js";
import { synthesize } from "./failure.js";
import { recv } from "./recv.js";
import type { NextStep } from "./step.js";
import { synth } from "./synth.js";

/** restart: once more from vcl_recv, with everything VCL has changed. */
export function restart(task: RequestTask): NextStep {
  const { req, core } = task;
  task.dropObject();
  req.restarts++;
  if (req.restarts > core.params.max_restarts) {
    task.log("VCL_Error", "Too many restarts");
    synthesize(task, 503);
    return synth;
  }
  const xid = core.nextXid();
  task.timestamp("Restart");
  task.log("Link", `req ${xid} restart`);
  task.log("End", "");
  const before = req.xid;
  req.xid = xid;
  task.log("Begin", `req ${before} restart`);
  task.startTime();
  task.logRequest();
  return recv;
}
