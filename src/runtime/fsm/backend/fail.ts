import type { FetchTask } from "../fetch-task.js";
import type { BackendStep } from "./step.js";

/** fail: nothing comes of it. Whoever waits is told; one of those that wait for the same object tries for itself. */
export async function fail(task: FetchTask): Promise<BackendStep | undefined> {
  task.discardBody();
  task.releaseClose();
  task.object.setState("failed");
  task.core.cache.withdraw(task.object);
  return undefined;
}
