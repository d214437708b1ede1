import { VclFailure, VclReturn } from "../../runtime/values/failure.js";
import type { BackendTask, Bereq, Beresp, ClientTask, Req, Resp, Task, VclSub } from "../../runtime/index.js";

export function cache_req_body(task: ClientTask, size: number): Promise<boolean> {
  return task.cacheRequestBody(Math.max(0, size));
}

export function late_100_continue(task: ClientTask, late: boolean): void {
  task.late100Continue = late;
}

export function set_ip_tos(task: ClientTask, tos: number): void {
  task.setIpTos?.(tos);
}

export function rollback(task: ClientTask | BackendTask, h: Req | Bereq | Beresp | Resp): void {
  const own = task.kind === "client" ? task.req : task.bereq;
  if (h !== own) throw new VclFailure("std.rollback(): only req and bereq can be rolled back");
  task.rollback();
}

export function rfc_ttl(task: BackendTask): void {
  task.rfcTtl();
}

/** Key of the text that `ban_error` answers with, per task. */
const banErrors = {};

export function ban(task: Task, expression: string | undefined): boolean {
  const error = task.ban(expression);
  task.privTask(banErrors).value = error;
  if (error === undefined) return true;
  task.log("VCL_Error", `ban(): ${error}`);
  return false;
}

export function ban_error(task: Task): string {
  return (task.privTask(banErrors).value as string | undefined) ?? "";
}

export async function timed_call(task: Task, sub: VclSub | undefined): Promise<number> {
  if (!sub) throw new VclFailure("std.timed_call(): no sub");
  if (!sub.methods.includes(task.method)) {
    throw new VclFailure(`Dynamic call to "sub ${sub.name}{}" not allowed from here`);
  }
  const start = task.host.now();
  const action = await sub.run(task);
  if (action) throw new VclReturn(action);
  return Math.max(0, task.host.now() - start);
}
