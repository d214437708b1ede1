import { FetchFailure } from "../../backend/transport.js";
import type { FetchTask } from "../fetch-task.js";
import { messageOf } from "../privs.js";
import { error } from "./error.js";
import type { BackendStep } from "./step.js";

/** A fetch that came to nothing: said, then vcl_backend_error. */
export function fetchError(task: FetchTask, problem: unknown): BackendStep {
  const failure = problem instanceof FetchFailure ? problem : new FetchFailure(messageOf(problem));
  for (const { tag, text } of failure.records) task.log(tag, text);
  task.core.count("fetch_failed");
  task.timestamp("Beresp");
  task.discardBody();
  task.errStatus = failure.status;
  return error;
}
