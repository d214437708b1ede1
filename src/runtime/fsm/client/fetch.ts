import type { RequestTask } from "../request-task.js";
import { deliver } from "./deliver.js";
import { synthesize } from "./failure.js";
import type { ClientStep, NextStep } from "./step.js";
import { synth } from "./synth.js";

/** fetch: waits until the headers of the response can be used. */
export function fetch(task: RequestTask): NextStep {
  const { object } = task;
  if (!object) return fetchFailed(task);
  return object.whenUsable().then((): ClientStep => {
    task.timestamp("Fetch");
    return object.state === "failed" ? fetchFailed(task) : deliver;
  });
}

function fetchFailed(task: RequestTask): ClientStep {
  task.dropObject();
  synthesize(task, 503);
  return synth;
}
