import type { Core } from "../core.js";
import type { Exchange } from "../exchange.js";
import { checkConnection, reasonPhrase } from "../http/index.js";
import { minimal } from "./client/minimal.js";
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
  if (!vcl) return refuse(exchange);
  core.count("client_req");
  const task = new RequestTask(core, exchange, vcl);
  return runFrom(task, arrive);
}

/** transport: what a request must be for VCL to see it. */
function arrive(task: RequestTask): NextStep {
  const { exchange, core } = task;
  const { http } = task.req;
  task.log("ReqMethod", exchange.method);
  task.log("ReqURL", exchange.url);
  const { http_max_hdr: places, http_req_size: size } = core.params;
  if (exchange.headers.length > places - 5) return minimal(task, 400, "Too many headers");
  if (http.byteLength + exchange.url.length + exchange.method.length > size)
    return minimal(task, 400, "Request too large");
  if (task.badExpectation) return minimal(task, 417, "Expect: other than 100-continue");
  const connection = http.has("connection") ? checkConnection(http) : undefined;
  if (connection?.bad) return minimal(task, 400, "Connection names a header that must not be removed");
  task.close = connection?.close ?? false;
  if (exchange.proto === "HTTP/1.0" && !connection?.keepAlive) task.close = true;
  return recv;
}

/** Steps from state to state without a pause, until one has to wait. */
function runFrom(task: RequestTask, first: ClientStep): void | Promise<void> {
  let step: ClientStep | undefined = first;
  try {
    while (step) {
      const next: NextStep = step(task);
      if (typeof next === "object") {
        return next.then(
          (resumed) => (resumed ? runFrom(task, resumed) : task.finish()),
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
    await minimal(task, 500, "Internal error");
  } catch {
    // The response had begun: the host cuts the connection.
  }
  task.finish();
}

function refuse(exchange: Exchange): void | Promise<void> {
  const headers = [["Content-Length", "0"]] as const;
  return exchange.respond({ status: 503, reason: reasonPhrase(503), headers, close: true }, undefined);
}
