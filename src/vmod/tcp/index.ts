import type { ClientTask, Ip, Task } from "../../runtime/index.js";

/** What varnish-modules answers where the system has no such option. */
const unknown = -1;
/** Bytes of a KB, as varnish-modules counts them. */
const kilobyte = 1024;

/** The tcp VMOD; tcp.vcc says what each function does, and what it cannot do. */
export function congestion_algorithm(task: Task, algorithm: string | undefined): number {
  if (task.kind === "client")
    task.log("VCL_Error", `TCP_CONGESTION setsockopt() for "${algorithm ?? ""}" failed.`);
  return unknown;
}

export function dump_info(task: Task): void {
  if (task.kind !== "client") return;
  const { remote, local, sess } = task as ClientTask;
  const pace = sess.pace > 0 ? `${sess.pace / kilobyte} KB/s` : "none";
  task.log("VCL_Log", `tcp: remote=${endOf(remote.ip)} local=${endOf(local.ip)} pace=${pace}`);
}

export function get_estimated_rtt(_task: Task): number {
  return unknown;
}

export function set_socket_pace(task: Task, rate: number): void {
  if (task.kind !== "client") return;
  (task as ClientTask).sess.pace = Math.max(0, rate * kilobyte);
  task.log("VCL_Log", `vmod-tcp: Socket paced to ${rate} KB/s.`);
}

function endOf({ text, port }: Ip): string {
  return `${text.includes(":") ? `[${text}]` : text}:${port}`;
}
