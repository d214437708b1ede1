import type { ClientTransaction } from "../task.js";

/**
 * VPI_vcl_dispatch: `return (dispatch(label))`. Switches the task to the labelled VCL and leaves the request as it stands; the state
 * machine then runs the target's vcl_recv, without rollback and without preparing the request again (S4-78…S4-88).
 * Answers `undefined` when the task has switched, else the text of the VCL_Error record; the request then fails with 503.
 */
export function vclDispatch(task: ClientTransaction): string | undefined {
  return switchVcl(task, "dispatch");
}

/**
 * VPI_vcl_select: `return (vcl(label))`. Same switch; the state machine then rolls the request back and prepares it again before
 * the target's vcl_recv (S4-73, S4-82). Answers as `vclDispatch` does.
 */
export function vclSelect(task: ClientTransaction): string | undefined {
  return switchVcl(task, "vcl");
}

function switchVcl(task: ClientTransaction, action: "dispatch" | "vcl"): string | undefined {
  const label = task.switchTo;
  task.switchTo = undefined;
  if (task.req.restarts > 0) return `Illegal return(${action}): Not after restarts`;
  if (task.vcl0) return `Illegal return(${action}): Only from active VCL`;
  const target = label?.current();
  if (!label || !target)
    return `Illegal return(${action}): ${label ? `No label named ${label.name}` : "No label"}`;
  // Only a label that a VMOD found: one that VCL names never leads back to it.
  if (target === task.vcl)
    return `Illegal return(${action}): Label ${label.name} points to ${target.name}, the VCL it is given in`;
  target.retain();
  task.vcl0 = task.vcl;
  task.vcl = target;
  task.log("VCL_use", `${target.name} via ${label.name}`);
  return undefined;
}
