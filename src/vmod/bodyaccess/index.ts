import { latin1Text, type ClientTask, type Regex, type Task } from "../../runtime/index.js";

/** The request body as text, a code unit for each byte; undefined where it was not kept, which the log tells. */
function keptBody(task: Task): string | undefined {
  const bytes = task.kind === "client" ? (task as ClientTask).keptRequestBody : undefined;
  if (!bytes) task.log("VCL_Error", "Unbuffered req.body");
  return bytes && latin1Text(bytes);
}

/** The same in a sub where a function may be used; elsewhere the log tells that it may not. */
function bodyIn(task: Task, sub: string, refusal: string): string | undefined {
  const body = keptBody(task);
  if (body === undefined || task.method === sub) return body;
  task.log("VCL_Error", `${refusal} in ${sub}{}`);
  return undefined;
}

/** The bodyaccess VMOD; bodyaccess.vcc says what each function does. */
export function rematch_req_body(task: Task, re: Regex): number {
  const body = bodyIn(task, "vcl_recv", "rematch_req_body can be used only");
  if (body === undefined) return -1;
  return re.matches(body) ? 1 : 0;
}

export function hash_req_body(task: Task): void {
  const body = bodyIn(task, "vcl_hash", "hash_req_body can only be used");
  if (body !== undefined) (task as ClientTask).addHash([body]);
}

export function len_req_body(task: Task): number {
  return bodyIn(task, "vcl_recv", "len_req_body can only be used")?.length ?? -1;
}

export function log_req_body(task: Task, prefix: string | undefined, length: number): void {
  const body = keptBody(task);
  if (body === undefined) return;
  const step = length > 0 ? length : body.length || 1;
  for (let at = 0; at < body.length; at += step) {
    task.log("Debug", `${prefix ?? ""}${body.slice(at, at + step)}`);
  }
}
