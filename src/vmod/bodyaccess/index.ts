import { latin1Text, type ClientTask, type Regex, type Task } from "../../runtime/index.js";

/** The request body as text, a code unit for each byte; undefined where it was not kept, which the log tells. */
function keptBody(task: Task): string | undefined {
  const bytes = task.kind === "client" ? (task as ClientTask).keptRequestBody : undefined;
  if (!bytes) task.log("VCL_Error", "Unbuffered req.body");
  return bytes && latin1Text(bytes);
}

/** The bodyaccess VMOD; bodyaccess.vcc says what each function does. */
export function rematch_req_body(task: Task, re: Regex): number {
  const body = keptBody(task);
  if (body === undefined) return -1;
  return re.matches(body) ? 1 : 0;
}

export function hash_req_body(task: Task): void {
  const body = keptBody(task);
  if (body === undefined) return;
  if (task.method !== "vcl_hash") task.log("VCL_Error", "hash_req_body can only be used in vcl_hash{}");
  else (task as ClientTask).addHash([body]);
}

export function len_req_body(task: Task): number {
  return keptBody(task)?.length ?? -1;
}

export function log_req_body(task: Task, prefix: string | undefined, length: number): void {
  const body = keptBody(task);
  if (body === undefined) return;
  const step = length > 0 ? length : body.length || 1;
  for (let at = 0; at < body.length; at += step) {
    task.log("Debug", `${prefix ?? ""}${body.slice(at, at + step)}`);
  }
}
