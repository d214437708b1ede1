import type { FetchTask } from "../fetch-task.js";
import { fail } from "./fail.js";
import { fetchEnd } from "./fetchbody.js";
import type { BackendStep } from "./step.js";

/** condfetch: the backend has confirmed the stale object; its body is the new object's. */
export async function condfetch(task: FetchTask): Promise<BackendStep | undefined> {
  const { stale, object } = task;
  await stale?.body.settled();
  if (!stale?.body.whole) {
    task.log("FetchError", "Template object failed");
    task.core.count("fetch_failed");
    return fail;
  }
  object.body.copyFrom(stale.body);
  object.facts = stale.facts;
  return fetchEnd;
}
