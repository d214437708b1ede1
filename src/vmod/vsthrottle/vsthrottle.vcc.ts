// Generated from vsthrottle.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { HousekeepingTask, Priv, Task, VclEvent } from "../../runtime/index.js";

/** Limits on rates */
export interface VsthrottleVmod {
  /**
   * Takes a token out of the key's bucket, which holds limit of them and is filled up over period; true when it is empty. With block, everything
   * is denied for that long once the bucket was empty; who goes on meanwhile finds it empty at the end, and is denied for as long again. Every combination of
   * the four has a bucket of its own, which all VCLs of a server share.
   */
  readonly is_denied: (
    task: Task,
    key: string | undefined,
    limit: number,
    period: number,
    block: number,
  ) => boolean;

  /** Puts a token back, so that a bucket can count requests at work instead of a rate. */
  readonly return_token: (
    task: Task,
    key: string | undefined,
    limit: number,
    period: number,
    block: number,
  ) => void;

  /** How many tokens are left. */
  readonly remaining: (
    task: Task,
    key: string | undefined,
    limit: number,
    period: number,
    block: number,
  ) => number;

  /** How long everything will still be denied; 0 when it is not. */
  readonly blocked: (
    task: Task,
    key: string | undefined,
    limit: number,
    period: number,
    block: number,
  ) => number;

  /** Forgets a bucket. */
  readonly remove_bucket: (
    task: Task,
    key: string | undefined,
    limit: number,
    period: number,
    block: number,
  ) => void;

  /** Told of the life of every VCL that imports this VMOD. */
  readonly event: (task: HousekeepingTask, priv: Priv, event: VclEvent) => void | Promise<void>;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from vsthrottle.vcc. */
export type CheckedVsthrottleVmod = Implements<VsthrottleVmod, typeof import("./index.js")>;
