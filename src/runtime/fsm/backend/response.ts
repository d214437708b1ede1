import { makeVary } from "../../cache/vary.js";
import { backendRangeProblem } from "../../http/backend-range.js";
import { contentLength, filterHeaders } from "../../http/index.js";
import type { Action } from "../../task.js";
import type { FetchTask } from "../fetch-task.js";
import { condfetch } from "./condfetch.js";
import { error, makeError } from "./error.js";
import { fetchError } from "./fetch-error.js";
import { fail } from "./fail.js";
import { fetchBody } from "./fetchbody.js";
import { canRevalidate } from "./make-bereq.js";
import { placeObject } from "./place-object.js";
import { retry } from "./retry.js";
import type { BackendStep } from "./step.js";

/** vcl_backend_response has the headers. */
export async function respond(task: FetchTask): Promise<BackendStep | undefined> {
  return conclude(task, await task.run("vcl_backend_response"));
}

/** Where the actions of vcl_backend_response, and the same ones of vcl_backend_refresh, lead. */
export async function conclude(task: FetchTask, action: Action): Promise<BackendStep | undefined> {
  if (task.workspace.overflowed) {
    task.log("FetchError", "Workspace overflow");
    task.discardBody();
    return makeError(task, 0, undefined);
  }
  if (task.responseDropped && (action === "pass" || action === "deliver")) {
    return makeError(task, 0, undefined);
  }
  switch (action) {
    case "pass":
      markHitForPass(task);
      return accept(task);
    case "deliver":
      return accept(task);
    case "retry":
      task.discardBody();
      return retryOrError(task);
    case "error":
      task.discardBody();
      return makeError(task, task.errStatus, task.errReason);
    default:
      return fail;
  }
}

/** `return (pass(30s))` gives the time for which requests pass; without it, the times stay what they are. */
function markHitForPass({ object, beresp, passDuration }: FetchTask): void {
  object.hitForPass = true;
  beresp.uncacheable = true;
  if (passDuration === undefined) return;
  const { freshness } = beresp;
  beresp.freshness = { origin: freshness.origin, ttl: Math.max(0, passDuration), grace: 0, keep: 0 };
}

function retryOrError(task: FetchTask): BackendStep {
  const { bereq, core } = task;
  if (bereq.retries++ < core.params.max_retries) return retry;
  task.log("VCL_Error", "Too many retries, delivering 503");
  task.errStatus = 0;
  return error;
}

/** The response is used: with the stale object's body, or with its own. */
function accept(task: FetchTask): BackendStep {
  task.timestamp("Process");
  if (task.beresp.was_304) {
    return storeConfirmed(task);
  }
  const problem = rangeProblem(task);
  if (problem === undefined) return fetchBody;
  task.log("Error", problem);
  task.discardBody();
  task.errStatus = 0;
  return error;
}

function storeConfirmed(task: FetchTask): BackendStep {
  try {
    storeResponse(task);
  } catch (problem) {
    return fetchError(task, problem);
  }
  return condfetch;
}

/** A part where the whole was asked for, or another part. */
function rangeProblem({ core, beresp, bereq }: FetchTask): string | undefined {
  if (!core.params.http_range_support) return undefined;
  const length = beresp.http.get("content-length");
  return backendRangeProblem({
    asked: bereq.http.get("range"),
    status: beresp.status,
    contentRange: beresp.http.get("content-range"),
    length: length === undefined ? undefined : contentLength(length),
  });
}

/** Stores the headers as VCL and the filters left them. */
export function storeResponse(task: FetchTask): void {
  const { object, beresp, bereq } = task;
  const vary = object.isPrivate ? undefined : makeVary(beresp.http.get("vary"), bereq.http);
  if (typeof vary === "string") {
    task.log("Error", vary);
    task.log("Error", "Illegal 'Vary' header from backend, making this a pass.");
    beresp.uncacheable = true;
  } else object.vary = vary;
  storeHead(task);
}

/** Makes the object from beresp. Throws a FetchFailure where there is no room for it. */
export function storeHead(task: FetchTask): void {
  const { object, beresp } = task;
  const uncacheable = beresp.uncacheable || object.isPrivate;
  object.http = filterHeaders(beresp.http, uncacheable ? "store" : "insert");
  object.http.freeze();
  object.proto = beresp.proto;
  object.status = beresp.status;
  object.reason = beresp.reason;
  object.hitForMiss = !object.isPrivate && uncacheable;
  object.revalidatable = canRevalidate(object);
  const { origin, ttl, grace, keep } = beresp.freshness;
  Object.assign(object, object.isPrivate ? { origin } : { origin, ttl, grace, keep });
  placeObject(task);
}
