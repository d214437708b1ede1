import { plainBody } from "../../body/filter-kind.js";
import { HttpHeaders, reasonPhrase } from "../../http/index.js";
import { timeToString } from "../../values/index.js";
import type { FetchTask } from "../fetch-task.js";
import { messageOf } from "../privs.js";
import { fail } from "./fail.js";
import { fetchEnd } from "./fetchbody.js";
import { storeHead } from "./response.js";
import { retry } from "./retry.js";
import type { BackendStep } from "./step.js";

/** The error state, for an error that VCL asked for. */
export function makeError(task: FetchTask, status: number, reason: string | undefined): BackendStep {
  task.errStatus = status;
  task.errReason = reason;
  return error;
}

/** error: vcl_backend_error makes the response up. */
export async function error(task: FetchTask): Promise<BackendStep | undefined> {
  const { beresp, core } = task;
  task.releaseClose();
  task.timestamp("Error");
  const status = task.errStatus;
  const reason = task.errReason ?? (status === 0 ? "Backend fetch failed" : reasonPhrase(status));
  task.errReason = undefined;
  const now = core.host.now();
  task.workspace.reset({ used: 0, overflowed: false });
  const http = new HttpHeaders([], task.workspace, core.params.http_max_hdr);
  beresp.receive("HTTP/1.1", status === 0 ? 503 : status, reason, http);
  task.logResponse();
  http.add("Date", timeToString(now));
  http.add("Server", "Varnish");
  beresp.time = now;
  beresp.was_304 = false;
  beresp.freshness = { origin: now, ttl: 0, grace: 0, keep: 0 };
  beresp.text = undefined;
  switch (await task.run("vcl_backend_error")) {
    case "deliver":
      return deliverError(task);
    case "retry":
      if (task.bereq.retries++ < core.params.max_retries) return retry;
      task.log("VCL_Error", "Too many retries, failing");
      return fail;
    default:
      return fail;
  }
}

/** With a ttl it replaces the stale object; without, only those that wait for it get it. */
async function deliverError(task: FetchTask): Promise<BackendStep | undefined> {
  const { object, beresp, stale } = task;
  if (task.workspace.overflowed) return fail;
  object.vary = undefined;
  object.facts = plainBody;
  try {
    storeHead(task);
  } catch (problem) {
    task.log("Error", messageOf(problem));
    return fail;
  }
  void object.body.append(beresp.bytes());
  if (object.ttl > 0 || !stale) return fetchEnd(task);
  object.body.end();
  object.setState("finished");
  task.core.cache.unbusy(object, task.core.host.now());
  task.core.cache.finished(object, task.nukes);
  return undefined;
}
