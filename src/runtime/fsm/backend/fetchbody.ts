import type { BodySource } from "../../body/body.js";
import { FetchFailure } from "../../backend/transport.js";
import type { CachedObject } from "../../cache/cached-object.js";
import type { FetchTask } from "../fetch-task.js";
import { messageOf } from "../privs.js";
import { error } from "./error.js";
import { fail } from "./fail.js";
import type { BackendStep } from "./step.js";

/** Bytes that a fetch runs ahead of the only client it is for, where VCL sets no transit_buffer. */
const defaultTransit = 256 * 1024;

/** fetchbody: fills the object; with do_stream, requests deliver it meanwhile. */
export async function fetchBody(task: FetchTask): Promise<BackendStep | undefined> {
  const { object, beresp, bereq } = task;
  if (bereq.method === "HEAD" || !statusHasBody(beresp.status)) task.discardBody();
  if (!task.body) {
    if (bereq.method !== "HEAD") object.http.unset("content-encoding");
    return fetchEnd;
  }
  const streaming = beresp.do_stream && !beresp.filtersOf.esi;
  if (streaming) {
    if (beresp.uncacheable) object.body.startTransit(beresp.transit_buffer || defaultTransit);
    publish(task);
  }
  try {
    await pull(task, task.body);
  } catch (problem) {
    return broken(task, problem, streaming);
  }
  task.body = undefined;
  return fetchEnd;
}

/** Bytes after which a growing object is counted anew. */
const accountEvery = 64 * 1024;

/** From here on requests can deliver the object. */
function publish(task: FetchTask): void {
  const { object, core } = task;
  object.setState("stream");
  core.storage.unbusy(object, core.host.now());
}

async function pull(task: FetchTask, body: BodySource): Promise<void> {
  const { object } = task;
  let accounted = 0;
  await body.pipe({
    write(chunk) {
      if (object.body.unwanted) throw new Error("nobody wants the body any more");
      const full = object.body.append(chunk);
      if (full) return full;
      if (object.body.length - accounted < accountEvery) return;
      accounted = object.body.length;
      keepWithin(task, object);
    },
  });
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
  if (streaming) return fail;
  task.object.body.reset();
  task.errStatus = failure.status;
  return error;
}

/** fetchend: the object is complete and takes the place of the stale one. */
export async function fetchEnd(task: FetchTask): Promise<BackendStep | undefined> {
  const { object, stale, core } = task;
  const waiting = object.state === "busy";
  object.body.end();
  object.setState("finished");
  if (waiting) core.storage.unbusy(object, core.host.now());
  else if (object.head && !object.dying) core.storage.account(object);
  if (stale) core.storage.kill(stale);
  return undefined;
}

function statusHasBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304;
}
