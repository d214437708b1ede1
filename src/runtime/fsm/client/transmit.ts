import { after } from "../../body/after.js";
import type { RecodedEncoding } from "../../body/compression.js";
import type { DeliveryTail } from "../../body/delivery-tail.js";
import { pump } from "../../body/filter-chain.js";
import { FilteredBody } from "../../body/filtered-body.js";
import type { CachedObject } from "../../cache/cached-object.js";
import type { ResponseBody } from "../../exchange.js";
import { canHaveBody, hasToken } from "../../http/index.js";
import type { RequestTask } from "../request-task.js";
import type { ResponseVariables } from "../variables/resp.js";
import { noteFailure, openDelivery, type OpenDelivery, type Payload } from "./delivery-filters.js";
import type { Include } from "./include.js";
import { vclFail } from "./failure.js";
import { outOfSpace } from "./minimal.js";
import { describeRecoded, keptEncoding, recodedBody } from "./recoded.js";
import type { ClientStep, NextStep } from "./step.js";

/** transmit: sends the response of the object. */
export function transmit(task: RequestTask): NextStep {
  const { object, response } = task;
  if (!object || !response) return vclFail;
  const hasBody = canHaveBody(response.status);
  const wantsBody = hasBody && task.exchange.method !== "HEAD";
  task.timestamp("Process");
  const { whole } = object.body;
  if (wantsBody && object.body.state === "complete") stateLength(response, object.body.length);
  const { filters } = response;
  const encoding = task.include ? undefined : keptEncoding(task, object, filters);
  if (encoding !== undefined && wantsBody) return sendRecoded(task, response, object, encoding);
  if (filters !== "" || task.include || task.accounts) {
    const payload = { facts: object.facts, length: lengthOf(object), source: object.body.reader() };
    return sendFiltered(task, response, payload, filters);
  }
  if (!hasBody) response.http.unset("content-length");
  if (!task.silent) task.log("Filters", "");
  return send(task, response, wantsBody ? (whole ?? object.body.reader()) : undefined);
}

/** Sends a gzip object as its client prefers it; through the filters where that cannot be made. */
function sendRecoded(
  task: RequestTask,
  response: ResponseVariables,
  object: CachedObject,
  encoding: RecodedEncoding,
): NextStep {
  const sendBytes = (bytes: Uint8Array | undefined): NextStep => {
    const payload = { facts: object.facts, length: lengthOf(object), source: object.body.reader() };
    if (!bytes) return sendFiltered(task, response, payload, response.filters);
    describeRecoded(response, encoding, bytes.length);
    return send(task, response, [bytes]);
  };
  return after(recodedBody(task, object, encoding), sendBytes);
}

/** Bytes of an object's body: counted, or as its backend says while it is still coming. */
function lengthOf({ body, http }: CachedObject): number | undefined {
  if (body.state === "complete") return body.length;
  const said = http.get("content-length");
  return said !== undefined && /^\d+$/.test(said) ? Number(said) : undefined;
}

/** Sends a body through filters: to the client, or into the response that it is included in. */
export function sendFiltered(
  task: RequestTask,
  response: ResponseVariables,
  payload: Payload,
  filters: string,
): NextStep {
  const isHead = task.exchange.method === "HEAD";
  const delivery = openDelivery(task, response, payload, filters);
  if (!delivery) return cutOff(task, payload);
  const { chain, length } = delivery;
  const hasBody = canHaveBody(response.status);
  // For HEAD the length stays what the backend said of the body that is stored.
  if (!hasBody || !isHead) stateLength(response, hasBody ? length : undefined);
  if (hasBody && !isHead) {
    return task.include
      ? putIn(task, task.include, response, payload, delivery)
      : send(task, response, filtered(task, payload, delivery));
  }
  chain.abandon();
  return task.include ? finish : send(task, response, undefined);
}

function filtered(task: RequestTask, { source }: Payload, { chain, tail }: OpenDelivery): FilteredBody {
  return new FilteredBody(source, chain, tail as DeliveryTail, (problem) => noteFailure(task, problem));
}

/** Filters cannot be opened: the client gets nothing at all. */
function cutOff(task: RequestTask, payload: Payload): ClientStep {
  payload.source.cancel();
  task.exchange.session.close("OVERLOAD");
  task.exchange.cutOff("OVERLOAD");
  return finish;
}

function putIn(
  task: RequestTask,
  include: Include,
  response: ResponseVariables,
  { source }: Payload,
  { chain }: OpenDelivery,
): ClientStep | Promise<ClientStep> {
  const broken = (problem: unknown): ClientStep => {
    noteFailure(task, problem);
    include.broke();
    return finish;
  };
  try {
    const flushed = include.begins();
    const running = flushed ? flushed.then(() => pump(source, chain)) : pump(source, chain);
    return running?.then((): ClientStep => finish, broken) ?? finish;
  } catch (problem) {
    return broken(problem);
  }
}

/**
 * A length that is known is said; while a body is still coming, only the backend's own word is known. For HEAD that word stands: the object may
 * have been fetched with HEAD, and then has no body to count.
 */
function stateLength({ http }: ResponseVariables, length: number | undefined): void {
  if (length === undefined) http.unset("content-length");
  else if (http.get("content-length") !== String(length)) http.set("Content-Length", String(length));
}

/** Sends head and body, once what is left of the request's body is read away, then finishes. */
export function send(task: RequestTask, response: ResponseVariables, body: ResponseBody): NextStep {
  // A client that still waits for leave to send its body gets it where the connection is to go on.
  const closes = hasToken(response.http.get("connection"), "close");
  if (!closes && task.exchange.session.closing === undefined) task.body.invite();
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
  const bytes = body instanceof FilteredBody ? body.begin() : body;
  const head = { proto: response.proto, status, reason: response.reason, lines: http.lines, chunked };
  const sent = task.exchange.respond(head, bytes);
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
    task.exchange.session.closing = "TX_EOF";
    return false;
  }
  http.set("Transfer-Encoding", "chunked");
  return true;
}

/** finish: nothing of the object is needed any more. */
function finish(task: RequestTask): NextStep {
  if (task.deliveryAccounts) for (const text of task.deliveryAccounts.texts) task.log("VdpAcct", text);
  task.timestamp("Resp");
  task.dropObject();
  return undefined;
}
