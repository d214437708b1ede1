import type { BodySource } from "../../body/body.js";
import { pump } from "../../body/filter-chain.js";
import { plainBody } from "../../body/filter-kind.js";
import { FetchFailure, type BodyFraming } from "../../backend/transport.js";
import type { CachedObject } from "../../cache/cached-object.js";
import type { FetchTask } from "../fetch-task.js";
import { messageOf } from "../privs.js";
import { error } from "./error.js";
import { fail } from "./fail.js";
import { fetchError } from "./fetch-error.js";
import { openFetchChain, type FetchChain } from "./fetch-filters.js";
import { defaultTransit, ObjectTail } from "./object-tail.js";
import { storeResponse } from "./response.js";
import type { BackendStep } from "./step.js";

/** fetchbody: fills the object; with do_stream, requests deliver it meanwhile. */
export async function fetchBody(task: FetchTask): Promise<BackendStep | undefined> {
  const { object, beresp } = task;
  if (!task.hasBody) {
    task.discardBody();
    beresp.http.unset("content-encoding");
    return storeEmpty(task);
  }
  const tail = new ObjectTail(task);
  let filters: FetchChain;
  try {
    filters = openFetchChain(task, tail);
    storeResponse(task);
  } catch (problem) {
    task.body?.cancel();
    return broken(task, problem, false);
  }
  object.facts = filters.facts;
  // What ESI finds in a body is known at its end only.
  const streaming = beresp.do_stream && !beresp.filtersOf.esi && !filters.chain.names.some(readsEsi);
  task.log("Fetch_Body", `${framings[task.framing]} ${task.framing} ${streaming ? "stream" : "-"}`);
  if (streaming) {
    if (beresp.uncacheable) object.body.startTransit(beresp.transit_buffer || defaultTransit);
    publish(task);
    tail.begin(filters.chain.names.length === 0 ? task.body?.length : undefined);
  }
  task.holdClose();
  try {
    await pump(task.body as BodySource, filters.chain);
  } catch (problem) {
    return broken(task, problem, streaming);
  } finally {
    for (const text of filters.accounts?.texts ?? []) task.log("VfpAcct", text);
  }
  task.body = undefined;
  return fetchEnd;
}

function storeEmpty(task: FetchTask): BackendStep {
  task.log("Filters", "");
  try {
    storeResponse(task);
  } catch (problem) {
    return fetchError(task, problem);
  }
  task.log("Fetch_Body", "0 none -");
  return fetchEnd;
}

/** Their numbers in Varnish. */
const framings: Readonly<Record<BodyFraming, number>> = { none: 0, chunked: 2, length: 3, eof: 4 };

const readsEsi = (filter: string): boolean => filter === "esi" || filter === "esi_gzip";

/** From here on requests can deliver the object. */
function publish(task: FetchTask): void {
  const { object, core } = task;
  object.setState("stream");
  core.cache.unbusy(object, core.host.now());
}

function broken(task: FetchTask, problem: unknown, streaming: boolean): BackendStep {
  task.body = undefined;
  // The client of a pass has gone, and the fetch was called off for that reason.
  if (task.cancelled || task.object.body.unwanted) return fetchEnd;
  const failure = problem instanceof FetchFailure ? problem : new FetchFailure(messageOf(problem));
  for (const { tag, text } of failure.records) task.log(tag, text);
  task.core.count("fetch_failed");
  if (streaming) return fail;
  task.object.body.reset();
  task.object.facts = plainBody;
  task.errStatus = failure.status;
  return error;
}

/** fetchend: the object is complete and takes the place of the stale one. */
export async function fetchEnd(task: FetchTask): Promise<BackendStep | undefined> {
  const { object, stale, core } = task;
  const waiting = object.state === "busy";
  object.body.end();
  task.releaseClose();
  task.timestamp("BerespBody");
  task.log("Length", String(object.body.length));
  object.setState("finished");
  if (waiting) core.cache.unbusy(object, core.host.now());
  core.cache.account(object, task.nukes);
  core.cache.finished(object, task.nukes);
  if (stale) supersede(task, stale);
  return undefined;
}

/** The new object takes the place of the stale one, unless that has gone already. */
function supersede(task: FetchTask, stale: CachedObject): void {
  const { core, object } = task;
  if (!stale.dying) {
    core.count("n_superseded");
    core.host.log.record(0, "ExpKill", `VBF_Superseded x=${stale.xid} n=${object.xid}`);
  }
  core.cache.kill(stale);
}
