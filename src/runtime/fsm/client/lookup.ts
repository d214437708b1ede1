import type { CachedObject } from "../../cache/cached-object.js";
import type { LookupResult } from "../../cache/lookup.js";
import { varyMatches } from "../../cache/vary.js";
import { sixDigits } from "../../log/decimal.js";
import type { Action } from "../../task.js";
import { startFetch } from "../backend/start.js";
import type { RequestTask } from "../request-task.js";
import { deliver } from "./deliver.js";
import { vclFail } from "./failure.js";
import { miss } from "./miss.js";
import { pass } from "./pass.js";
import { restart } from "./restart.js";
import { withAction, type ClientStep, type NextStep } from "./step.js";
import { synth } from "./synth.js";

/** lookup: is it in the cache? */
export function lookup(task: RequestTask): NextStep {
  return results[task.core.cache.lookup(task.req)](task);
}

const results: Record<LookupResult, ClientStep> = {
  hit: (task) => hit(task, false),
  grace: (task) => hit(task, true),
  miss: () => miss,
  hitmiss(task) {
    const { req } = task;
    req.is_hitmiss = true;
    task.core.count("cache_hitmiss");
    if (req.found.object) task.log("HitMiss", `${req.found.object.xid} ${ttlText(task, req.found.object)}`);
    return miss;
  },
  hitpass(task) {
    const { req } = task;
    req.is_hitpass = true;
    task.core.count("cache_hitpass");
    if (req.found.object) task.log("HitPass", `${req.found.object.xid} ${ttlText(task, req.found.object)}`);
    return pass;
  },
  wait(task) {
    task.core.count("busy_sleep");
    const { key } = task.req;
    return new Promise((resolve) => {
      task.core.cache.park(key, (object) => resolve((parked) => woken(parked, object)));
    });
  },
};

/** A request that waited takes what was fetched, be it fresh or not, if it is for it; else it looks again. */
function woken(task: RequestTask, object: CachedObject | undefined): NextStep {
  const { req, core } = task;
  core.count("busy_wakeup");
  task.timestamp("Waitinglist");
  if (object && isFor(object, task)) {
    req.found.object = object;
    req.found.busy = req.found.stale = undefined;
    object.hits++;
    core.cache.rush(req.key, object);
    return results.hit(task);
  }
  const result = core.cache.lookup(req);
  // Whoever fetches it now wakes the others later.
  if (result !== "wait" && result !== "miss") core.cache.rush(req.key);
  return results[result](task);
}

function isFor(object: CachedObject, task: RequestTask): boolean {
  if (object.hitForMiss || object.state === "failed" || object.body.inTransit) return false;
  return (
    !object.vary ||
    task.req.hash_ignore_vary ||
    varyMatches(object.vary, task.req.http, task.req.sharesEncodings)
  );
}

function ttlText(task: RequestTask, object: CachedObject): string {
  return sixDigits(object.ttl - (task.req.time - object.origin));
}

/** With the bytes that are there, and those there will be, where the body is still coming. */
function hitText(task: RequestTask, object: CachedObject): string {
  const times = `${ttlText(task, object)} ${sixDigits(object.grace)} ${sixDigits(object.keep)}`;
  if (object.state !== "stream") return `${object.xid} ${times}`;
  const length = object.http.get("content-length");
  return `${object.xid} ${times} ${object.body.length}${length === undefined ? "" : ` ${length}`}`;
}

function hit(task: RequestTask, isStale: boolean): NextStep {
  const { object } = task.req.found;
  if (!object) return vclFail;
  task.take(object);
  task.isHit = true;
  if (!task.silent) task.log("Hit", hitText(task, object));
  return withAction(task.run("vcl_hit"), task, isStale ? afterGraceHit : afterHit);
}

const actions: Partial<Record<Action, ClientStep>> = { deliver, pass, restart, synth };

function afterGraceHit(task: RequestTask, action: Action): NextStep {
  if (action === "deliver") task.core.count("cache_hit_grace");
  return afterHit(task, action);
}

/** A stale object that nobody fetches anew yet: delivering it starts that in the background. */
function afterHit(task: RequestTask, action: Action): NextStep {
  const { found } = task.req;
  const { busy, stale } = found;
  found.busy = found.stale = undefined;
  // As in Varnish, one that VCL answers otherwise, or begins anew, was no hit.
  if (action === "deliver" || action === "pass") task.core.count("cache_hit");
  if (busy) {
    if (action === "deliver") {
      startFetch(task, busy, stale, "background");
      task.timestamp("Fetch");
    } else task.core.cache.withdraw(busy);
  }
  if (action !== "deliver") task.dropObject();
  return actions[action] ?? vclFail;
}
