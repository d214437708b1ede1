import type { BodySource } from "../../body/body.js";
import { pump } from "../../body/filter-chain.js";
import { plainBody, type BodyLink } from "../../body/filter-kind.js";
import { FetchFailure, type BodyFraming } from "../../backend/transport.js";
import type { CachedObject } from "../../cache/cached-object.js";
import type { FetchTask } from "../fetch-task.js";
import { messageOf } from "../privs.js";
import { error } from "./error.js";
import { fail } from "./fail.js";
import { openFetchChain, type FetchChain } from "./fetch-filters.js";
import { storeResponse } from "./response.js";
import type { BackendStep } from "./step.js";

/** Bytes that a fetch runs ahead of the only client it is for, where VCL sets no transit_buffer. */
const defaultTransit = 256 * 1024;

/** fetchbody: fills the object; with do_stream, requests deliver it meanwhile. */
export async function fetchBody(task: FetchTask): Promise<BackendStep | undefined> {
  const { object, beresp, bereq } = task;
  if (!task.hasBody) {
    task.discardBody();
    if (bereq.method !== "HEAD") beresp.http.unset("content-encoding");
    storeResponse(task);
    task.log("Fetch_Body", "0 none -");
    return fetchEnd;
  }
  let filters: FetchChain;
  try {
    filters = openFetchChain(task, new ObjectTail(task));
  } catch (problem) {
    task.body?.cancel();
    return broken(task, problem, false);
  }
  object.facts = filters.facts;
  storeResponse(task);
  // What ESI finds in a body is known at its end only.
  const streaming = beresp.do_stream && !beresp.filtersOf.esi && !filters.chain.names.some(readsEsi);
  task.log("Fetch_Body", `${framings[task.framing]} ${task.framing} ${streaming ? "stream" : "-"}`);
  if (streaming) {
    if (beresp.uncacheable) object.body.startTransit(beresp.transit_buffer || defaultTransit);
    publish(task);
  }
  task.holdClose();
  try {
    await pump(task.body as BodySource, filters.chain);
  } catch (problem) {
    return broken(task, problem, streaming);
  }
  task.body = undefined;
  return fetchEnd;
}

/** Their numbers in Varnish. */
const framings: Readonly<Record<BodyFraming, number>> = { none: 0, chunked: 2, length: 3, eof: 4 };

const readsEsi = (filter: string): boolean => filter === "esi" || filter === "esi_gzip";

/** Bytes after which a growing object is counted anew. */
const accountEvery = 64 * 1024;

/** From here on requests can deliver the object. */
function publish(task: FetchTask): void {
  const { object, core } = task;
  object.setState("stream");
  core.storage.unbusy(object, core.host.now());
}

/** Puts what comes out of the filters into the object. */
class ObjectTail implements BodyLink {
  private readonly task: FetchTask;
  private accounted = 0;

  constructor(task: FetchTask) {
    this.task = task;
  }

  write(chunk: Uint8Array): void | Promise<void> {
    const { object } = this.task;
    if (object.body.unwanted) throw new Error("nobody wants the body any more");
    if (object.isPrivate || object.body.inTransit) this.task.core.count("transit_stored", chunk.length);
    const full = object.body.append(chunk);
    if (full) return full;
    if (object.body.length - this.accounted < accountEvery) return;
    this.accounted = object.body.length;
    keepWithin(this.task, object);
  }

  end(): void {
    // The object ends with the fetch.
  }
}

/** An object larger than the whole storage, or one that was taken out meanwhile, is delivered, not kept. */
function keepWithin({ core, beresp }: FetchTask, object: CachedObject): void {
  if (object.isPrivate || object.body.inTransit) return;
  if (object.size > core.storage.limit) core.storage.kill(object);
  else if (object.state === "stream" && !object.dying) core.storage.account(object);
  if (!object.dying) return;
  if (object.state === "stream") object.body.startTransit(beresp.transit_buffer || defaultTransit);
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
  if (waiting) core.storage.unbusy(object, core.host.now());
  else if (object.head && !object.dying) core.storage.account(object);
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
  core.storage.kill(stale);
}
