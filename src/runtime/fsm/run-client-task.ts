import type { Core } from "../core.js";
import type { Exchange } from "../exchange.js";
import { checkConnection } from "../http/index.js";
import { bare, minimal } from "./client/minimal.js";
import { recv } from "./client/recv.js";
import type { ClientStep, NextStep } from "./client/step.js";
import { messageOf } from "./privs.js";
import { RequestTask } from "./request-task.js";

/**
 * Answers one request: runs the client machine from its arrival to the end of the delivery. Never throws and never rejects; a promise
 * is returned only when something had to be waited for.
 */
export function runClientTask(core: Core, exchange: Exchange): void | Promise<void> {
  const vcl = core.acquireActiveVcl();
  if (!vcl) {
    exchange.session.close("VCL_FAILURE");
    return bare(exchange, 503);
  }
  const task = new RequestTask(core, exchange, vcl);
  if (!task.silent) {
    core.host.log.record(exchange.session.xid, "Link", `req ${task.xid} rxreq`, "c");
    task.log("Begin", `req ${exchange.session.xid} rxreq`);
    task.startTime();
    task.startTime("Req");
    task.log("VCL_use", vcl.name);
  }
  return runFrom(task, arrive);
}

/** transport: what a request must be for VCL to see it. */
function arrive(task: RequestTask): NextStep {
  const { exchange, core } = task;
  const { http } = task.req;
  const { session } = exchange;
  if (http.has("expect") && !task.expectsContinue) {
    core.count("client_req_417");
    task.logRequest();
    return minimal(task, 417, "RX_JUNK");
  }
  const connection = http.has("connection") ? checkConnection(http) : undefined;
  if (connection?.bad) {
    core.count("client_req_400");
    task.logRequest();
    return minimal(task, 400, "RX_BAD");
  }
  core.count("client_req");
  http.log = task.messageRecords("Req");
  http.unset("expect");
  task.logRequest();
  if (connection?.last === "close") session.close("REQ_CLOSE");
  else if (exchange.proto.endsWith("0") && !connection?.last) session.close("REQ_HTTP10");
  return recv;
}

/** Steps from state to state without a pause, until one has to wait. */
export function runFrom(task: RequestTask, first: ClientStep): void | Promise<void> {
  let step: ClientStep | undefined = first;
  try {
    while (step) {
      const next: NextStep = step(task);
      if (typeof next === "object") {
        return next.then(
          (resumed) => {
            task.waited();
            return resumed ? runFrom(task, resumed) : task.finish();
          },
          (error: unknown) => broken(task, error),
        );
      }
      step = next;
    }
  } catch (error) {
    return broken(task, error);
  }
  task.finish();
}

/** A mistake of the runtime's own, or of the host's: the request gets an answer all the same. */
async function broken(task: RequestTask, error: unknown): Promise<void> {
  task.log("Error", `Internal: ${messageOf(error)}`);
  try {
    task.dropObject();
    await minimal(task, 500, "VCL_FAILURE");
  } catch {
    // The response had begun: the host cuts the connection.
  }
  task.finish();
}
