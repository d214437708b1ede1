import type { CachedObject } from "../../cache/cached-object.js";
import { weakenEtag } from "../../http/encoding-headers.js";
import type { HttpHeaders } from "../../http/index.js";
import type { FetchTask } from "../fetch-task.js";
import { error } from "./error.js";
import { respond, conclude } from "./response.js";
import type { BackendStep } from "./step.js";

/** A 304 to a fetch for the cache: vcl_backend_refresh says what becomes of the stale object's headers and the new ones. */
export async function notModified(task: FetchTask): Promise<BackendStep | undefined> {
  const { stale } = task;
  if (!stale) {
    task.log("Error", "304 response but not conditional fetch");
    task.discardBody();
    task.errStatus = 0;
    return error;
  }
  const action = await task.run("vcl_backend_refresh");
  if (action !== "merge" && action !== "beresp" && action !== "obj_stale") return conclude(task, action);
  task.discardBody();
  const { beresp } = task;
  const http = combine[action](stale, beresp.http);
  const status = action === "beresp" ? 200 : stale.status;
  const reason = action === "beresp" ? "OK" : stale.reason;
  http.workspace = task.workspace;
  beresp.receive(action === "beresp" ? beresp.proto : stale.proto, status, reason, http);
  beresp.was_304 = true;
  task.logResponse();
  return respond;
}

type Combine = (stale: CachedObject, fresh: HttpHeaders) => HttpHeaders;

/** About the body, which is the stale object's. */
const bodyHeaders = ["content-encoding", "content-length"];
/** What `beresp` also needs of the stale object: what tells this version of the body from another. */
const validators = ["etag", "last-modified"];

const combine: Record<"merge" | "beresp" | "obj_stale", Combine> = {
  merge(stale, fresh) {
    const merged = fresh.clone();
    // The ETag is the backend's, the body that it is about is not.
    if (stale.facts.encodingChanged) weakenEtag(merged);
    for (const name of bodyHeaders) merged.unset(name);
    const repeated = new Set([...merged].map(([name]) => name.toLowerCase()));
    for (const [name, value] of stale.http) if (!repeated.has(name.toLowerCase())) merged.add(name, value);
    return merged;
  },
  beresp(stale, fresh) {
    const http = fresh.clone();
    const fromStale = [...bodyHeaders, ...validators];
    for (const name of fromStale) http.unset(name);
    for (const [name, value] of stale.http) {
      if (fromStale.includes(name.toLowerCase())) http.add(name, value);
    }
    return http;
  },
  obj_stale: (stale) => stale.http.clone(),
};
