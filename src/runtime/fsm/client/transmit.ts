import type { ResponseBody } from "../../exchange.js";
import { hasToken } from "../../http/index.js";
import type { RequestTask } from "../request-task.js";
import type { ResponseVariables } from "../variables/resp.js";
import { vclFail } from "./failure.js";
import { outOfSpace } from "./minimal.js";
import type { ClientStep, NextStep } from "./step.js";

/** transmit: sends the response of the object. */
export function transmit(task: RequestTask): NextStep {
  const { object, response } = task;
  if (!object || !response) return vclFail;
  const wantsBody = hasBody(response.status) && task.exchange.method !== "HEAD";
  const { whole } = object.body;
  if (hasBody(response.status) && (wantsBody || !object.isPrivate)) setLength(task, response);
  if (!hasBody(response.status)) response.http.unset("content-length");
  return send(task, response, wantsBody ? (whole ?? object.body.reader()) : undefined);
}

/** Whether a response with this status can have a body. A status of over 1000 is VCL's own business, whatever is left of it on the wire. */
export function hasBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304;
}

/**
 * A length that is known is said; while the body is still coming, only the backend's own word is known. For HEAD that word always stands: the
 * object may have been fetched with HEAD, and then has no body to count.
 */
function setLength(task: RequestTask, response: ResponseVariables): void {
  const { object, exchange } = task;
  if (object?.body.state !== "complete") return;
  const said = response.http.get("content-length");
  const { length } = object.body;
  const right = exchange.method === "HEAD" ? said !== undefined || length === 0 : said === String(length);
  if (!right) response.http.set("Content-Length", String(length));
}

/** Sends head and body, once what is left of the request's body is read away, then finishes. */
export function send(task: RequestTask, response: ResponseVariables, body: ResponseBody): NextStep {
  const drained = task.exchange.drainBody(task);
  return drained ? drained.then(() => write(task, response, body)) : write(task, response, body);
}

function write(
  task: RequestTask,
  response: ResponseVariables,
  body: ResponseBody,
): ClientStep | Promise<ClientStep | undefined> | undefined {
  const { http } = response;
  setConnection(task, response);
  const chunked = setFraming(task, response, body);
  if (task.workspace.overflowed || task.workspace.crowded) return outOfSpace(task);
  const status = response.status % 1000;
  task.logResponse(status, response.reason, http.lines);
  const sent = task.exchange.respond({ status, reason: response.reason, lines: http.lines, chunked }, body);
  return sent ? sent.then((): ClientStep => finish) : finish;
}

/** Connection: what the connection's own end asks for comes first, then what VCL set (http1-and-transports 4). */
function setConnection(task: RequestTask, { http }: ResponseVariables): void {
  const { session } = task.exchange;
  const said = http.get("connection");
  const saysClose = said !== undefined && hasToken(said, "close");
  if (saysClose) session.close("RESP_CLOSE");
  else if (session.closing !== undefined) http.set("Connection", "close");
  else if (said === undefined) http.set("Connection", "keep-alive");
}

/** A body of unknown length goes in chunks; to HTTP/1.0, whose client knows none, until the connection ends. */
function setFraming(task: RequestTask, { http }: ResponseVariables, body: ResponseBody): boolean {
  if (body === undefined || http.has("content-length")) return false;
  if (task.exchange.proto.endsWith("0")) {
    task.exchange.session.close("TX_EOF");
    return false;
  }
  http.set("Transfer-Encoding", "chunked");
  return true;
}

/** finish: nothing of the object is needed any more. */
function finish(task: RequestTask): NextStep {
  task.dropObject();
  return undefined;
}
