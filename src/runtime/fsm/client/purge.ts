import type { Action } from "../../task.js";
import type { RequestTask } from "../request-task.js";
import { vclFail } from "./failure.js";
import { restart } from "./restart.js";
import { withAction, type ClientStep, type NextStep } from "./step.js";
import { synth } from "./synth.js";

/** purge: takes out every object with this hash; a restart from here fetches anew. */
export function purge(task: RequestTask): NextStep {
  task.req.hash_always_miss = true;
  const count = task.core.cache.purge(task.req.key);
  task.core.count("n_purges");
  task.core.count("n_obj_purged", count);
  task.log("Debug", `purged ${count}`);
  return withAction(task.run("vcl_purge"), task, afterPurge);
}

const actions: Partial<Record<Action, ClientStep>> = { restart, synth };

function afterPurge(_task: RequestTask, action: Action): NextStep {
  return actions[action] ?? vclFail;
}
