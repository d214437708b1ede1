import type { RequestTask } from "../request-task.js";

/**
 * A state of the client machine: does its work and answers with the state that follows, undefined at the end. A state that has to wait answers
 * with a promise; all others run straight on, so that a hit costs none.
 */
export type ClientStep = (task: RequestTask) => NextStep;
export type NextStep = ClientStep | undefined | Promise<ClientStep | undefined>;

/** Hands an action on, at once where it is there already. */
export function withAction<Action extends string>(
  action: Action | Promise<Action>,
  task: RequestTask,
  next: (task: RequestTask, action: Action) => NextStep,
): NextStep {
  return typeof action === "string" ? next(task, action) : action.then((settled) => next(task, settled));
}
