// Generated from var.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { Director, Ip, Priv, Task } from "../../runtime/index.js";

/** Variables for VCL */
export interface VarVmod {
  /** Sets a string; unset becomes empty. */
  readonly set: (task: Task, privTask: Priv, key: string | undefined, value: string | undefined) => void;

  /** A string; unset when there is none of that name. */
  readonly get: (task: Task, privTask: Priv, arg2: string | undefined) => string | undefined;

  /** Sets a global variable; an unset value removes it. */
  readonly global_set: (task: Task, arg1: string | undefined, arg2: string | undefined) => void;

  /** A global variable; unset when there is none of that name. */
  readonly global_get: (task: Task, arg1: string | undefined) => string | undefined;

  /** Sets an integer. */
  readonly set_int: (task: Task, privTask: Priv, key: string | undefined, value: number) => void;

  /** An integer; 0 when there is none of that name. */
  readonly get_int: (task: Task, privTask: Priv, key: string | undefined) => number;

  /** The same as set. */
  readonly set_string: (
    task: Task,
    privTask: Priv,
    key: string | undefined,
    value: string | undefined,
  ) => void;

  /** The same as get. */
  readonly get_string: (task: Task, privTask: Priv, key: string | undefined) => string | undefined;

  /** Sets a number. */
  readonly set_real: (task: Task, privTask: Priv, key: string | undefined, value: number) => void;

  /** A number; 0 when there is none of that name. */
  readonly get_real: (task: Task, privTask: Priv, key: string | undefined) => number;

  /** Sets a duration. */
  readonly set_duration: (task: Task, privTask: Priv, key: string | undefined, value: number) => void;

  /** A duration; 0 when there is none of that name. */
  readonly get_duration: (task: Task, privTask: Priv, key: string | undefined) => number;

  /** Sets an address; fails when there is none to set. */
  readonly set_ip: (task: Task, privTask: Priv, key: string | undefined, value: Ip | undefined) => void;

  /** An address; none when there is none of that name. */
  readonly get_ip: (task: Task, privTask: Priv, key: string | undefined) => Ip | undefined;

  /** Sets a backend. */
  readonly set_backend: (
    task: Task,
    privTask: Priv,
    key: string | undefined,
    value: Director | undefined,
  ) => void;

  /** A backend; none when there is none of that name. */
  readonly get_backend: (task: Task, privTask: Priv, key: string | undefined) => Director | undefined;

  /** Removes all variables of the task. */
  readonly clear: (task: Task, privTask: Priv) => void;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from var.vcc. */
export type CheckedVarVmod = Implements<VarVmod, typeof import("./index.js")>;
