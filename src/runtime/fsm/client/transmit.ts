import type { ResponseBody } from "../../exchange.js";
import { hasToken } from "../../http/index.js";
import type { RequestTask } from "../request-task.js";
import type { ResponseVariables } from "../variables/resp.js";
import { vclFail } from "./failure.js";
import type { ClientStep, NextStep } from "./step.js";

/** transmit: sends the response of the object. */
export function transmit(task: RequestTask): NextStep {
  const { object, response } = task;
  if (!object || !response) return vclFail;
  const wantsBody = hasBody(response.status) && task.exchange.method !== "HEAD";
  const { whole } = object.body;
  if (hasBody(response.status) && (wantsBody || !object.isPrivate)) setLength(task, response);
  if (!hasBody(response.status)) response.http.unset("content-length");
  return send(task, response, wantsBody ? (whole ?? object.body.read()) : undefined);
}

/** Whether a response with this status can have a body. */
export function hasBody(status: number): boolean {
  const code = status % 1000;
  return code >= 200 && code !== 204 && code !== 304;
}

/**
 * A length that is known is said; while the body is still coming, only the backend's own word is known. For HEAD that word always stands: the
 * object may have been fetched with HEAD, and then has no body to count.
 */
function setLength(task: RequestTask, response: ResponseVariables): void {
  const { object, exchange } = task;
  const said = response.http.get("content-length");
  if (object?.body.state === "complete") {
    const { length } = object.body;
    const right = exchange.method === "HEAD" ? said !== undefined || length === 0 : said === String(length);
    if (!right) response.http.set("Content-Length", String(length));
  }
  // Without a length, HTTP/1.0 knows only the end of the connection.
  if (exchange.proto === "HTTP/1.0" && !response.http.has("content-length")) task.close = true;
}

/** Sends head and body, then finishes. */
export function send(task: RequestTask, response: ResponseVariables, body: ResponseBody): NextStep {
  const { http } = response;
  const connection = http.get("connection");
  const close = task.close || (connection !== undefined && hasToken(connection, "close"));
  // HTTP/2 has no such header: a connection ends by other means there.
  if (task.exchange.proto === "HTTP/2.0") http.unset("connection");
  else if (close) http.set("Connection", "close");
  else if (connection === undefined) http.set("Connection", "keep-alive");
  const status = response.status % 1000;
  task.log("RespStatus", String(status));
  const sent = task.exchange.respond({ status, reason: response.reason, headers: http.toRaw(), close }, body);
  return sent ? sent.then((): ClientStep => finish) : finish;
}

/** finish: nothing of the object is needed any more. */
function finish(task: RequestTask): NextStep {
  task.dropObject();
  return undefined;
}
