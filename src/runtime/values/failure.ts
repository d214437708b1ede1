import type { Action } from "../task.js";

/** Fails the VCL task that is running (VRT_fail). The state machine catches it; it never leaves the runtime. */
export class VclFailure extends Error {
  override readonly name = "VclFailure";
}

/**
 * An action that a sub returned while a VMOD ran it (std.timed_call): the state machine takes it as the running method sub's own, as it
 * does when a called sub returns one.
 */
export class VclReturn extends Error {
  override readonly name = "VclReturn";
  readonly action: Action;

  constructor(action: Action) {
    super(`return (${action})`);
    this.action = action;
  }
}
