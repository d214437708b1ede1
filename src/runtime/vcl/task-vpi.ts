import { resolveDirector, settledDirector } from "../director/resolve-director.js";
import { isHeaderValue } from "../http/index.js";
import type { BackendTransaction, ClientTransaction } from "../task.js";
import { VclFailure } from "../values/failure.js";
import type { Vpi } from "./vpi.js";

/** The part of the VPI that running tasks call. It keeps nothing: what an action says is noted on the task. */
export const taskVpi: Omit<Vpi, LoadingMember> = {
  resolve: resolveDirector,
  settled: settledDirector,

  dispatch(task, label) {
    if (!label) throw new VclFailure("return(dispatch) without a label");
    (task as ClientTransaction).switchTo = label;
    return "dispatch";
  },

  select(task, label) {
    if (!label) throw new VclFailure("return(vcl) without a label");
    (task as ClientTransaction).switchTo = label;
    return "vcl";
  },

  synth(task, status, reason) {
    noteError(task as ClientTransaction, "synth", status, reason);
    return "synth";
  },

  error(task, status, reason) {
    if (status !== undefined) noteError(task as BackendTransaction, "error", status, reason);
    return "error";
  },

  pass(task, duration) {
    (task as ClientTransaction | BackendTransaction).passDuration = duration;
    return "pass";
  },

  fail(_task, reason) {
    if (reason !== undefined) throw new VclFailure(reason);
    return "fail";
  },

  ban(task, expression) {
    const wrong = task.ban(expression);
    if (wrong !== undefined) task.log("VCL_Error", `ban(): ${wrong}`);
  },

  hash_data(task, ...strands) {
    (task as ClientTransaction).addHash?.(strands);
  },

  synthetic(task, text) {
    if (task.kind === "client") task.resp.appendBody(text);
    else task.beresp.appendBody(text);
  },

  call(task, sub) {
    if (!sub) throw new VclFailure("call of no sub");
    if (!sub.methods.includes(task.method)) {
      throw new VclFailure(`Dynamic call to "sub ${sub.name}{}" not allowed from here`);
    }
    return sub.run(task);
  },
};

/** Members of the VPI that belong to one loaded VCL. */
export type LoadingMember =
  | "acl"
  | "backend"
  | "bindGlobal"
  | "defaultBackend"
  | "ip"
  | "label"
  | "noBackend"
  | "privCall"
  | "privVcl"
  | "probe"
  | "storage"
  | "sub"
  | "useDefaultBackend";

/** Checks a status as Varnish does (vcl-language 7.2): the thousands are VCL's own. */
function noteError(
  task: ClientTransaction | BackendTransaction,
  action: "error" | "synth",
  status: number,
  reason: string | undefined,
): void {
  const what = `return(${action}()) status code (${status})`;
  if (status < 0) throw new VclFailure(`${what} is negative`);
  if (status > 65535) throw new VclFailure(`${what} is too large`);
  if (status % 1000 < 100) throw new VclFailure(`illegal ${what} (..##)`);
  const { workspace_client, workspace_backend } = task.param;
  if (reason !== undefined && reason.length > (action === "synth" ? workspace_client : workspace_backend))
    throw new VclFailure(`The reason of return(${action}()) does not fit into the workspace`);
  if (reason !== undefined && !isHeaderValue(reason))
    throw new VclFailure(`Bad reason of return(${action}()): ${reason}`);
  task.errStatus = status;
  task.errReason = reason;
}
