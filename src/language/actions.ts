import { maskOf, type MethodSub, type SubScope } from "./subs.js";
import type { VclType } from "./types.js";

/** A return action: where it is legal and what stands in its parentheses. */
export interface ActionEntry {
  readonly subs: readonly SubScope[];
  /** Types of the arguments; `LABEL` is the name of a labelled VCL or an expression of type VCL. */
  readonly args: readonly (VclType | "LABEL")[];
  /** How many of the arguments must be given once there are parentheses. */
  readonly needed: number;
  /** The parentheses may be left out. */
  readonly bare: boolean;
}

const none = { args: [], needed: 0, bare: true } as const;
const status = { args: ["INT", "STRING"], needed: 1 } as const;
const label = { args: ["LABEL"], needed: 1, bare: false } as const;

/** Every action of `return (…)`. Names are case-sensitive. */
export const actions = {
  abandon: { ...none, subs: ["backend"] },
  beresp: { ...none, subs: ["vcl_backend_refresh"] },
  deliver: {
    ...none,
    subs: ["vcl_hit", "vcl_deliver", "vcl_synth", "vcl_backend_response", "vcl_backend_error"],
  },
  /** Switches to a labelled VCL with the request as it stands; legal where `vcl` is. */
  dispatch: { ...label, subs: ["vcl_recv"] },
  error: {
    ...status,
    bare: true,
    subs: ["vcl_backend_fetch", "vcl_backend_refresh", "vcl_backend_response"],
  },
  fail: { args: ["STRING"], needed: 1, bare: true, subs: ["client", "backend", "vcl_init"] },
  fetch: { ...none, subs: ["vcl_pass", "vcl_miss", "vcl_backend_fetch"] },
  hash: { ...none, subs: ["vcl_recv"] },
  lookup: { ...none, subs: ["vcl_hash"] },
  merge: { ...none, subs: ["vcl_backend_refresh"] },
  obj_stale: { ...none, subs: ["vcl_backend_refresh"] },
  ok: { ...none, subs: ["vcl_init", "vcl_fini"] },
  pass: {
    args: ["DURATION"],
    needed: 1,
    bare: true,
    subs: ["vcl_recv", "vcl_miss", "vcl_hit", "vcl_backend_response"],
  },
  pipe: { ...none, subs: ["vcl_recv", "vcl_pipe"] },
  purge: { ...none, subs: ["vcl_recv"] },
  restart: {
    ...none,
    subs: ["vcl_recv", "vcl_pass", "vcl_purge", "vcl_miss", "vcl_hit", "vcl_deliver", "vcl_synth"],
  },
  retry: { ...none, subs: ["vcl_backend_refresh", "vcl_backend_response", "vcl_backend_error"] },
  synth: {
    ...status,
    bare: false,
    subs: ["vcl_recv", "vcl_pipe", "vcl_pass", "vcl_purge", "vcl_miss", "vcl_hit", "vcl_deliver"],
  },
  vcl: { ...label, subs: ["vcl_recv"] },
} as const satisfies Record<string, ActionEntry>;

export type ActionName = keyof typeof actions;

/** True for the name of an action. */
export function isActionName(text: string): text is ActionName {
  return Object.hasOwn(actions, text);
}

/** The actions that are legal in a method sub. */
export function actionsOf(method: MethodSub): ActionName[] {
  const names = Object.keys(actions) as ActionName[];
  return names.filter((name) => maskOf(actions[name].subs) & maskOf([method]));
}

/** Statements that are not legal everywhere, and where they are. */
export const restrictedStatements = {
  HashDataStatement: ["vcl_hash"],
  SyntheticStatement: ["vcl_synth", "vcl_backend_error"],
  NewStatement: ["vcl_init"],
} as const satisfies Record<string, readonly SubScope[]>;
