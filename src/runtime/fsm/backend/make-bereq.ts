import type { CachedObject } from "../../cache/cached-object.js";
import { filterHeaders, withoutConnectionNames, type Workspace } from "../../http/index.js";
import { askForGzip } from "../../http/accept-encoding.js";
import { parseDate } from "../../values/index.js";
import type { RequestTask } from "../request-task.js";
import { BackendRequestVariables } from "../variables/bereq.js";

/** `pass`: for one request, unfiltered as far as possible; `miss`: for the cache; `background`: for the cache, nobody waits. */
export type FetchMode = "pass" | "miss" | "background";

/** What a fetch has when its request is made. */
export interface FetchBeginning {
  readonly xid: number;
  readonly stale: CachedObject | undefined;
  readonly workspace: Workspace;
}

/** mkbereq: the request to the backend, as vcl_backend_fetch finds it. */
export function makeBereq(
  task: RequestTask,
  mode: FetchMode,
  { xid, stale, workspace }: FetchBeginning,
): BackendRequestVariables {
  const { req, core } = task;
  const isPass = mode === "pass";
  const http = filterHeaders(req.http, isPass ? "pass" : "fetch", workspace);
  if (!isPass && core.params.http_gzip_support) askForGzip(http);
  if (stale && !stale.dying && stale.revalidatable) addConditions(http, stale);
  const line = { url: req.url, method: isPass ? req.method : "GET" };
  const origin = {
    hashInput: req.hashInput,
    isBackground: mode === "background",
    isHitmiss: req.is_hitmiss,
    isHitpass: req.is_hitpass,
    isPass,
    time: core.host.now(),
  };
  const bereq = new BackendRequestVariables(http, line, xid, origin, core.params);
  bereq.backend = req.backend_hint;
  bereq.trace = req.trace;
  return bereq;
}

function addConditions(http: { add(name: string, value: string): void }, stale: CachedObject): void {
  const lastModified = strongLastModified(stale);
  if (lastModified !== undefined) http.add("If-Modified-Since", lastModified);
  const etag = stale.http.get("etag");
  if (etag !== undefined) http.add("If-None-Match", etag);
}

/**
 * Last-Modified where it can tell two versions apart (RFC 9110 section 8.8.2.2): at least a second, by the backend's own clock, before the
 * response was made.
 */
export function strongLastModified(object: Pick<CachedObject, "http">): string | undefined {
  const text = object.http.get("last-modified");
  const date = object.http.get("date");
  if (text === undefined || date === undefined) return undefined;
  const modified = parseDate(text);
  const made = parseDate(date);
  return modified !== undefined && made !== undefined && modified + 1 <= made ? text : undefined;
}

/** Whether a backend can be asked later if this object is still right. */
export function canRevalidate(object: Pick<CachedObject, "http" | "status" | "hitForMiss">): boolean {
  if (object.status !== 200 || object.hitForMiss) return false;
  return object.http.has("etag") || strongLastModified(object) !== undefined;
}

/** The conditions that `makeBereq` added are taken back: the stale object has gone. */
export function removeConditions(bereq: BackendRequestVariables): void {
  bereq.http.unset("if-modified-since");
  bereq.http.unset("if-none-match");
}

/** What vcl_pipe sees as bereq: nothing removed but what Connection names. */
export function pipeBereq(task: RequestTask): BackendRequestVariables {
  const { req, core } = task;
  const http = withoutConnectionNames(req.http, task.workspace);
  http.add("X-Varnish", String(req.xid));
  http.set("Connection", "close");
  const origin = {
    hashInput: req.hashInput,
    isBackground: false,
    isHitmiss: false,
    isHitpass: false,
    isPass: true,
    time: core.host.now(),
  };
  const line = { url: req.url, method: req.method, proto: req.proto };
  const bereq = new BackendRequestVariables(http, line, req.xid, origin, core.params);
  bereq.backend = req.backend_hint;
  return bereq;
}
