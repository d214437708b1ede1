import { healthOf, type Director, type Ip, type Task } from "../../runtime/index.js";
import { formatTime } from "./strftime.js";

/** The std VMOD; std.vcc says what each function does. */
export { bytes, duration, integer, real, time } from "./convert.js";
export { blobread, file_exists, fileread } from "./files.js";
export { fnmatch } from "./fnmatch.js";
export { ip } from "./ip.js";
export {
  ban,
  ban_error,
  cache_req_body,
  late_100_continue,
  rfc_ttl,
  rollback,
  set_ip_tos,
  timed_call,
} from "./request.js";
export { collect, querysort, strstr, tolower, toupper } from "./text.js";

export function random(task: Task, lo: number, hi: number): number {
  return lo + task.host.random() * (hi - lo);
}

export function round(_task: Task, r: number): number {
  const whole = Math.trunc(r);
  return Math.abs(r - whole) >= 0.5 ? whole + Math.sign(r) : whole;
}

export function healthy(task: Task, be: Director | undefined): boolean {
  return be !== undefined && healthOf(be, task).healthy;
}

export function port(_task: Task, ip: Ip | undefined): number {
  return ip?.port ?? 0;
}

export function strftime(_task: Task, time: number, format: string | undefined): string {
  return formatTime(time, format ?? "");
}

/** What fits into a log record (vsl_reclen, 255 with the final zero byte). */
const longestRecord = 254;

export function log(task: Task, s: string | undefined): void {
  task.log("VCL_Log", (s ?? "").slice(0, longestRecord));
}

export function syslog(task: Task, priority: number, s: string | undefined): void {
  task.host.syslog?.(priority, s ?? "");
}

export function timestamp(task: Task, s: string | undefined): void {
  if (s !== undefined && s !== "") task.timestamp(s);
}

export function syntax(task: Task, version: number): boolean {
  return Math.round(version * 10) <= task.vcl.version;
}

export function getenv(task: Task, name: string | undefined): string | undefined {
  return name === undefined || name === "" ? undefined : task.host.environment(name);
}

export function now(task: Task): number {
  return task.host.now();
}
