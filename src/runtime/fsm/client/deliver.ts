import type { CachedObject } from "../../cache/cached-object.js";
import type { Action } from "../../task.js";
import { via } from "../via.js";
import type { RequestTask } from "../request-task.js";
import { ResponseVariables } from "../variables/resp.js";
import { isNotModified } from "./conditional.js";
import { synthesize, vclFail } from "./failure.js";
import { outOfSpace } from "./minimal.js";
import { restart } from "./restart.js";
import { withAction, type ClientStep, type NextStep } from "./step.js";
import { synth } from "./synth.js";
import { transmit } from "./transmit.js";

/** Places of http_max_hdr that the first line of an object takes. */
const firstLinePlaces = 6;

/** deliver: makes the response from the object and lets vcl_deliver look at it. */
export function deliver(task: RequestTask): NextStep {
  const { object } = task;
  if (!object) return vclFail;
  const { http_max_hdr: places } = task.core.params;
  const needed = object.http.size + firstLinePlaces;
  if (needed > places) {
    task.log("Error", `Too many headers to Decode object (${needed} vs. ${places})`);
    task.dropObject();
    synthesize(task, 500);
    return synth;
  }
  task.response = responseFrom(task, object);
  return withAction(task.run("vcl_deliver"), task, afterDeliver);
}

function responseFrom(task: RequestTask, object: CachedObject): ResponseVariables {
  const now = task.core.host.now();
  const http = object.http.clone(task.workspace);
  http.readOnly = false;
  http.set("X-Varnish", task.isHit ? `${task.req.xid} ${object.xid}` : String(task.req.xid));
  http.set("Age", String(Math.floor(Math.max(0, now - object.origin))));
  http.collect("via");
  const proxies = http.get("via");
  http.set("Via", proxies === undefined ? via(task.core) : `${proxies}, ${via(task.core)}`);
  return new ResponseVariables(http, object.status, object.reason, now, object.state === "stream");
}

const others: Partial<Record<Action, ClientStep>> = { restart, synth };

function afterDeliver(task: RequestTask, action: Action): NextStep {
  if (action !== "deliver") {
    task.dropObject();
    return others[action] ?? vclFail;
  }
  if (task.workspace.overflowed || task.workspace.crowded) {
    task.dropObject();
    return outOfSpace(task);
  }
  const { response, object } = task;
  if (response && object && response.status === 200 && isNotModified(task.req, response.http, object)) {
    response.status = 304;
  }
  return transmit;
}
