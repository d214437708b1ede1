import { hasFeature } from "../parameters.js";
import type { BackendTask, ClientTask, HousekeepingTask } from "../task.js";

/**
 * A VCL that tells of its steps got to a point. With `feature=+trace` `req.trace` and `bereq.trace` say whether that is logged (trunk), without it the
 * mask of the log alone (up to Varnish 7.1).
 */
export function tracePoint(task: ClientTask | BackendTask | HousekeepingTask, point: string): void {
  if (hasFeature(task.param, "trace") && !isTraced(task)) return;
  task.log("VCL_trace", `${task.vcl.name} ${point}`);
}

function isTraced(task: ClientTask | BackendTask | HousekeepingTask): boolean {
  if (task.kind === "client") return task.req.trace;
  return task.kind === "backend" ? task.bereq.trace : true;
}
