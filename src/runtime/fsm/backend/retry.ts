import type { FetchTask } from "../fetch-task.js";
import { fail } from "./fail.js";
import { startFetching } from "./startfetch.js";
import type { BackendStep } from "./step.js";

/** retry: once more from vcl_backend_fetch, with what VCL has changed in bereq. */
export async function retry(task: FetchTask): Promise<BackendStep | undefined> {
  const { bereq, beresp, core, object } = task;
  if (!task.canSendBody) {
    task.log("VCL_Error", "Retry not possible, original request body not cached");
    return fail;
  }
  const xid = core.nextXid();
  task.timestamp("Retry");
  task.log("Link", `bereq ${xid} retry`);
  const before = task.xid;
  task.log("End", "");
  bereq.xid = object.xid = xid;
  task.log("Begin", `bereq ${before} retry`);
  task.startTime();
  task.logRequest();
  bereq.forgetTimeouts();
  beresp.forgetForRetry();
  object.hitForPass = false;
  task.responseDropped = false;
  task.errStatus = 0;
  task.errReason = undefined;
  task.passDuration = undefined;
  return startFetching;
}
