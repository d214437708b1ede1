import { plainBody } from "../../body/filter-kind.js";
import { WholeBody } from "../../body/whole-body.js";
import { canHaveBody, HttpHeaders, hasToken, reasonPhrase } from "../../http/index.js";
import { transientName } from "../../cache/storages.js";
import type { Action } from "../../task.js";
import { timeToString } from "../../values/index.js";
import type { RequestTask } from "../request-task.js";
import { ResponseVariables } from "../variables/resp.js";
import { minimal, outOfSpace } from "./minimal.js";
import { restart } from "./restart.js";
import { withAction, type NextStep } from "./step.js";
import { send, sendFiltered } from "./transmit.js";

/** synth: makes a response out of nothing; vcl_synth writes the body. */
export function synth(task: RequestTask): NextStep {
  const { core } = task;
  task.dropObject();
  const status = task.errStatus < 100 ? 501 : task.errStatus;
  const now = core.host.now();
  const http = new HttpHeaders([], task.workspace, core.params.http_max_hdr);
  const reason = task.errReason ?? reasonPhrase(status);
  const records = task.messageRecords("Resp");
  records?.response({ proto: "HTTP/1.1", status, reason }, []);
  http.log = records;
  http.add("Date", timeToString(now));
  http.add("Server", "Varnish");
  http.add("X-Varnish", String(task.req.xid));
  if (task.expectsContinue) http.add("Connection", "close");
  task.response = new ResponseVariables(task, http, status, reason, now, false);
  core.count("s_synth");
  return withAction(task.run("vcl_synth"), task, afterSynth);
}

function afterSynth(task: RequestTask, action: Action): NextStep {
  const { req, core, response } = task;
  if (action === "restart" && req.restarts <= core.params.max_restarts) return restart;
  const lost = task.workspace.overflowed || task.workspace.crowded;
  // An include gets what there is.
  if ((action === "fail" && !task.include) || lost || !response) {
    return lost ? outOfSpace(task) : minimal(task, 500, "VCL_FAILURE");
  }
  if (hasToken(req.http.get("connection"), "close")) task.exchange.session.close("RESP_CLOSE");
  task.timestamp("Process");
  const body = response.bytes();
  if (canHaveBody(response.status)) response.http.set("Content-Length", String(body.length));
  else response.http.unset("content-length");
  task.log("Storage", `malloc ${transientName}`);
  const { filters } = response;
  if (filters !== "" || task.include) {
    const payload = { facts: plainBody, length: body.length, source: new WholeBody(body) };
    return sendFiltered(task, response, payload, filters);
  }
  task.log("Filters", "");
  const wanted = task.exchange.method !== "HEAD" && canHaveBody(response.status);
  return send(task, response, wanted ? [body] : undefined);
}
