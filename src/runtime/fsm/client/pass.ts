import { CachedObject } from "../../cache/cached-object.js";
import type { Action } from "../../task.js";
import { startFetch } from "../backend/start.js";
import type { RequestTask } from "../request-task.js";
import { fetch } from "./fetch.js";
import { vclFail } from "./failure.js";
import { restart } from "./restart.js";
import { withAction, type ClientStep, type NextStep } from "./step.js";
import { synth } from "./synth.js";

/** pass: fetched for this request alone. */
export function pass(task: RequestTask): NextStep {
  return withAction(task.run("vcl_pass"), task, afterPass);
}

const others: Partial<Record<Action, ClientStep>> = { restart, synth };

function afterPass(task: RequestTask, action: Action): NextStep {
  if (action !== "fetch") return others[action] ?? vclFail;
  task.core.count("s_pass");
  const object = new CachedObject();
  object.isPrivate = true;
  startFetch(task, object, undefined, "pass");
  return fetch;
}
