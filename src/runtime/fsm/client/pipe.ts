import type { Action } from "../../task.js";
import { pipeBereq } from "../backend/make-bereq.js";
import type { RequestTask } from "../request-task.js";
import { synthesize, vclFail } from "./failure.js";
import { withAction, type NextStep } from "./step.js";
import { synth } from "./synth.js";

/**
 * pipe: vcl_pipe runs as it should, but the bytes are not copied yet: the host has no way to hand both connections over. The request is
 * answered with 503. When it has, `afterPipe` is the place.
 */
export function pipe(task: RequestTask): NextStep {
  task.pipeBereq = pipeBereq(task);
  return withAction(task.run("vcl_pipe"), task, afterPipe);
}

function afterPipe(task: RequestTask, action: Action): NextStep {
  if (task.pipeBereq) task.pipeBereq.backend = undefined;
  if (action === "synth") return synth;
  if (action !== "pipe") return vclFail;
  task.log("VCL_Error", "return(pipe) is not supported yet");
  synthesize(task, 503);
  return synth;
}
