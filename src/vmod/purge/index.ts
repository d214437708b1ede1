import type { ClientTask } from "../../runtime/index.js";

/** The purge VMOD; purge.vcc says what each function does. */
export function hard(task: ClientTask): number {
  return task.purge();
}

export function soft(task: ClientTask, ttl: number, grace: number, keep: number): number {
  return task.purge({ ttl, grace: grace < 0 ? undefined : grace, keep: keep < 0 ? undefined : keep });
}
