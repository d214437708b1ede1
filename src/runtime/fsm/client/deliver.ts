import type { CachedObject } from "../../cache/cached-object.js";
import { allowsGzip } from "../../http/accept-encoding.js";
import { isNotModified } from "../../http/conditions.js";
import { weakenEtag } from "../../http/encoding-headers.js";
import type { Action } from "../../task.js";
import { via } from "../via.js";
import type { RequestTask } from "../request-task.js";
import { ResponseVariables } from "../variables/resp.js";
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
  const { now } = task;
  const http = object.http.clone(task.workspace);
  http.readOnly = false;
  const records = task.messageRecords("Resp");
  records?.response(object, http.lines);
  if (object.proto !== "HTTP/1.1") records?.first("Protocol", "HTTP/1.1");
  http.log = records;
  http.add("X-Varnish", task.isHit ? `${task.req.xid} ${object.xid}` : String(task.req.xid));
  http.set("Age", String(Math.floor(Math.max(0, now - object.origin))));
  http.collect("via");
  const proxies = http.get("via");
  http.set("Via", proxies === undefined ? via(task.core) : `${proxies}, ${via(task.core)}`);
  const { http_gzip_support: sharesEncodings, http_range_support: ranges } = task.core.params;
  if (sharesEncodings && object.facts.isGzip && !allowsGzip(task.req.http.get("accept-encoding"))) {
    weakenEtag(http);
  }
  if (ranges && object.status === 200 && !object.isPrivate) http.set("Accept-Ranges", "bytes");
  return new ResponseVariables(task, http, object.status, object.reason, now, object.state === "stream");
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
  const { response, object, req } = task;
  // As everywhere, only the last three digits are the status.
  if (response && response.status % 1000 === 200 && object && !task.include) {
    const facts = {
      request: req.http,
      requestTime: req.time,
      response: response.http,
      created: object.origin,
    };
    if (isNotModified(facts)) response.status = 304;
  }
  return transmit;
}
