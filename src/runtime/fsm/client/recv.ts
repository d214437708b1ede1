import { hasFeature } from "../../parameters.js";
import type { Action } from "../../task.js";
import { washAcceptEncoding } from "../../http/accept-encoding.js";
import { settledDirector } from "../../director/resolve-director.js";
import { vclDispatch, vclSelect } from "../../vcl/dispatch.js";
import { via } from "../via.js";
import type { RequestTask } from "../request-task.js";
import { synthesize, vclFail } from "./failure.js";
import { lookup } from "./lookup.js";
import { minimal } from "./minimal.js";
import { pass } from "./pass.js";
import { pipe } from "./pipe.js";
import { purge } from "./purge.js";
import { restart } from "./restart.js";
import { withAction, type ClientStep, type NextStep } from "./step.js";
import { synth } from "./synth.js";

/** recv: prepares the request, then vcl_recv and vcl_hash decide where it goes. */
export function recv(task: RequestTask): NextStep {
  const { req } = task;
  if (req.restarts === 0) {
    for (const name of ["Host", "Content-Length"]) {
      if (!repeats(req.http.names, name.toLowerCase())) continue;
      task.log("BogoHeader", `Multiple ${name}: headers`);
      task.core.count("client_req_400");
      return minimal(task, 400, "RX_BAD");
    }
    prepare(task);
  }
  req.is_hitmiss = req.is_hitpass = false;
  req.forgetFilters();
  task.isHit = false;
  task.errStatus = 0;
  task.errReason = undefined;
  return withAction(task.run("vcl_recv"), task, received);
}

function repeats(names: readonly string[], name: string): boolean {
  return names.indexOf(name) !== names.lastIndexOf(name);
}

/** What vcl_recv starts with, the first time and after `return (vcl(…))`. */
function prepare(task: RequestTask): void {
  const { http } = task.req;
  const address = task.parties.clientIp.text;
  http.collect("x-forwarded-for");
  const forwarded = http.get("x-forwarded-for");
  http.set("X-Forwarded-For", forwarded === undefined ? address : `${forwarded}, ${address}`);
  http.collect("via");
  const proxies = http.get("via");
  http.set("Via", proxies === undefined ? via(task.core) : `${proxies}, ${via(task.core)}`);
  http.collect("cache-control");
  task.req.prepare(task.vcl.defaultBackend, hasFeature(task.core.params, "trace"));
  task.client.identity = undefined;
}

function received(task: RequestTask, action: Action): NextStep {
  return action === "fail" ? vclFail : hash(task, action);
}

function hash(task: RequestTask, action: Action): NextStep {
  if (action === "vcl" || action === "dispatch") return switchVcl(task, action);
  if (!task.late100Continue) task.body.invite();
  if (task.body.broken) {
    task.core.count("client_req_400");
    return minimal(task, 400, "RX_BODY");
  }
  task.afterHash = action;
  if (task.core.params.http_gzip_support && action !== "pass" && action !== "pipe") {
    washAcceptEncoding(task.req.http);
  }
  return withAction(task.run("vcl_hash"), task, hashed);
}

/**
 * Goes on in the labelled VCL: `vcl` with the request as the client sent it, `dispatch` with the request as it stands (S4-86…S4-88). The built-in
 * vcl_recv of the VCL that is left does not run.
 */
function switchVcl(task: RequestTask, action: "vcl" | "dispatch"): NextStep {
  const problem = action === "vcl" ? vclSelect(task) : vclDispatch(task);
  if (problem !== undefined) {
    task.log("VCL_Error", problem);
    synthesize(task, 503);
    return hash(task, "synth");
  }
  if (action === "vcl") {
    task.rollback();
    prepare(task);
  }
  // The hint comes from a VCL that knows directors which take time to know their health; the policy, which asks for it, need not.
  const hint = action === "dispatch" ? settledDirector(task, task.req.backend_hint) : undefined;
  return hint instanceof Promise ? hint.then(() => receive(task)) : receive(task);
}

function receive(task: RequestTask): NextStep {
  // A failure of the second vcl_recv takes effect after vcl_hash, as in Varnish.
  return withAction(task.run("vcl_recv"), task, hash);
}

/** Where each action of vcl_recv leads, once vcl_hash has run. */
const afterHash: Partial<Record<Action, ClientStep>> = {
  hash: lookup,
  pass,
  pipe,
  purge,
  synth,
  restart,
};

function hashed(task: RequestTask, action: Action): NextStep {
  task.req.hashInput = task.takeHashInput();
  if (action === "fail") return vclFail;
  if (task.afterHash === "pipe" && task.include) {
    task.log("VCL_Error", "vcl_recv{} returns pipe for ESI included object.  Doing pass.");
    return pass;
  }
  return afterHash[task.afterHash] ?? vclFail;
}
