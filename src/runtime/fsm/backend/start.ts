import type { CachedObject } from "../../cache/cached-object.js";
import { FetchTask } from "../fetch-task.js";
import { messageOf } from "../privs.js";
import type { RequestTask } from "../request-task.js";
import { fail } from "./fail.js";
import type { FetchMode } from "./make-bereq.js";
import { startFetching } from "./startfetch.js";
import type { BackendStep } from "./step.js";

/** What Link and Begin records call a fetch. */
const reasons: Readonly<Record<FetchMode, string>> = { background: "bgfetch", miss: "fetch", pass: "pass" };

/** Starts a backend task that fills an object. Unless nobody waits for it, the request takes the object to deliver it. */
export function startFetch(
  request: RequestTask,
  object: CachedObject,
  stale: CachedObject | undefined,
  mode: FetchMode,
): void {
  const task = new FetchTask(request, object, stale, mode);
  request.log("Link", `bereq ${task.xid} ${reasons[mode]}`);
  task.log("Begin", `bereq ${request.xid} ${reasons[mode]}`);
  task.log("VCL_use", task.vcl.name);
  task.startTime();
  if (mode === "background") request.core.count("s_bgfetch");
  else {
    request.take(object);
    request.fetch = task;
  }
  request.core.count("s_fetch");
  void runFetch(task);
}

/** Runs the backend machine; never rejects. */
async function runFetch(task: FetchTask): Promise<void> {
  let step: BackendStep | undefined = startFetching;
  try {
    while (step) step = await step(task);
  } catch (error) {
    task.log("Error", `Internal: ${messageOf(error)}`);
    await fail(task);
  }
  task.finish();
}
