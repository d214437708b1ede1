import { HttpHeaders, hasToken, reasonPhrase } from "../../http/index.js";
import type { Action } from "../../task.js";
import { timeToString } from "../../values/index.js";
import type { RequestTask } from "../request-task.js";
import { ResponseVariables } from "../variables/resp.js";
import { minimal, outOfSpace } from "./minimal.js";
import { restart } from "./restart.js";
import { withAction, type NextStep } from "./step.js";
import { hasBody, send } from "./transmit.js";

/** synth: makes a response out of nothing; vcl_synth writes the body. */
export function synth(task: RequestTask): NextStep {
  const { core } = task;
  task.dropObject();
  const status = task.errStatus < 100 ? 501 : task.errStatus;
  const now = core.host.now();
  const http = new HttpHeaders([], task.workspace, core.params.http_max_hdr);
  http.add("Date", timeToString(now));
  http.add("Server", "Varnish");
  http.add("X-Varnish", String(task.req.xid));
  if (task.expectsContinue) http.add("Connection", "close");
  task.response = new ResponseVariables(http, status, task.errReason ?? reasonPhrase(status), now, false);
  core.count("s_synth");
  return withAction(task.run("vcl_synth"), task, afterSynth);
}

function afterSynth(task: RequestTask, action: Action): NextStep {
  const { req, core, response } = task;
  if (action === "restart" && req.restarts <= core.params.max_restarts) return restart;
  const lost = task.workspace.overflowed || task.workspace.crowded;
  if (action === "fail" || lost || !response) {
    return lost ? outOfSpace(task) : minimal(task, 500, "VCL_FAILURE");
  }
  if (hasToken(req.http.get("connection"), "close")) task.exchange.session.close("RESP_CLOSE");
  const body = response.bytes();
  response.http.set("Content-Length", String(body.length));
  const wanted = task.exchange.method !== "HEAD" && hasBody(response.status);
  return send(task, response, wanted ? [body] : undefined);
}
