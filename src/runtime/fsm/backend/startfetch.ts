import { backendFor } from "../../director/resolve-director.js";
import { sourceOf } from "../../body/iterable.js";
import { FetchFailure, type BackendResponse } from "../../backend/transport.js";
import { HttpHeaders, noteConnection, reasonPhrase } from "../../http/index.js";
import { timeToString } from "../../values/index.js";
import type { Propagation } from "../../core.js";
import type { FetchTask } from "../fetch-task.js";
import { privateFreshness } from "../ttl.js";
import { makeError } from "./error.js";
import { fail } from "./fail.js";
import { fetchError } from "./fetch-error.js";
import { removeConditions } from "./make-bereq.js";
import { notModified } from "./refresh.js";
import { respond } from "./response.js";
import type { BackendStep } from "./step.js";

/** startfetch: vcl_backend_fetch, then the backend is asked; its headers lead on. */
export async function startFetching(task: FetchTask): Promise<BackendStep | undefined> {
  const { bereq, stale } = task;
  if (stale?.dying) removeConditions(bereq);
  chooseStorage(task);
  // What the client sent of that name stays, once.
  if (bereq.retries > 0) bereq.http.unset("x-varnish");
  bereq.http.add("X-Varnish", String(bereq.xid));
  if (task.core.propagation) propagate(bereq, task.core.propagation);
  if (!bereq.http.log) task.logRequest();
  if (!task.hasRequestBody) setEmptyLength(task);
  else if (task.requestLength !== undefined) setLength(bereq.http, task.requestLength);
  switch (await task.run("vcl_backend_fetch")) {
    case "fetch":
      task.timestamp("Fetch");
      return fetchHeaders;
    case "error":
      return makeError(task, task.errStatus, task.errReason);
    default:
      return fail;
  }
}

function propagate({ http, xid }: FetchTask["bereq"], propagation: Propagation): void {
  for (const [name, value] of propagation.fields(xid)) {
    if (value === undefined) http.unset(name);
    else http.set(name, value);
  }
}

/** Where the object goes unless vcl_backend_response says otherwise; it sees the choice. */
function chooseStorage({ beresp, core }: FetchTask): void {
  beresp.storage = beresp.uncacheable ? core.storages.transient : core.storages.next();
}

/** Methods for which a missing body needs no saying so. */
const bodiless = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE"]);

function setEmptyLength({ bereq }: FetchTask): void {
  if (bodiless.has(bereq.method)) bereq.http.unset("content-length");
  else setLength(bereq.http, 0);
}

/** What the client said of it keeps its place where it is right. */
function setLength(http: HttpHeaders, length: number): void {
  if (http.get("content-length") !== String(length)) http.set("Content-Length", String(length));
}

async function fetchHeaders(task: FetchTask): Promise<BackendStep | undefined> {
  if (task.workspace.overflowed) return fetchError(task, new FetchFailure("Workspace overflow"));
  if (task.bereq.bodyDropped) setEmptyLength(task);
  let response: BackendResponse;
  try {
    response = await send(task);
  } catch (problem) {
    return fetchError(task, problem);
  }
  task.body = response.body && sourceOf(response.body);
  return receive(task, response);
}

async function send(task: FetchTask): Promise<BackendResponse> {
  const { bereq, beresp } = task;
  const backend = await backendFor(task, bereq.backend);
  beresp.backend = backend;
  if (!backend.fetch) throw new FetchFailure(`Director ${backend.vclName} returned no backend`);
  return backend.fetch(task);
}

async function receive(task: FetchTask, response: BackendResponse): Promise<BackendStep | undefined> {
  const { beresp, core, object } = task;
  const http = headersOf(task, response);
  task.framing = response.framing ?? "none";
  core.count(framingCounter(task, response));
  const now = core.host.now();
  task.now = beresp.time = now;
  const reason = response.reason === "" ? reasonPhrase(response.status) : response.reason;
  beresp.receive(response.proto, response.status, reason, http);
  task.logResponse();
  task.timestamp("Beresp");
  if (!http.has("date")) http.add("Date", timeToString(now));
  noteConnection(http);
  http.collect("cache-control");
  http.collect("vary");
  if (object.isPrivate) beresp.freshness = privateFreshness(http, now);
  else task.rfcTtl();
  if (response.status === 304 && !object.isPrivate) return notModified(task);
  return respond;
}

function headersOf({ workspace, core }: FetchTask, { headers }: BackendResponse): HttpHeaders {
  const places = core.params.http_max_hdr;
  return "lines" in headers
    ? HttpHeaders.from(headers, workspace, places)
    : new HttpHeaders(headers, workspace, places);
}

/** Which counter a response belongs to, by how its body comes. */
function framingCounter({ bereq }: FetchTask, { status, framing = "none" }: BackendResponse): string {
  if (bereq.method === "HEAD") return "fetch_head";
  if (status < 200) return "fetch_1xx";
  return status === 204 || status === 304 ? `fetch_${status}` : `fetch_${framing}`;
}
