// Generated from str.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { Task } from "../../runtime/index.js";

export interface TokenIntersectArgs {
  readonly str1: string | undefined;
  readonly str2: string | undefined;
  readonly separators?: string | undefined;
}

/** Strings */
export interface StrVmod {
  /** The length of s, -1 when it is unset. */
  readonly count: (task: Task, s: string | undefined) => number;

  /** Whether s1 begins with s2; false when one of them is unset. */
  readonly startswith: (task: Task, s1: string | undefined, s2: string | undefined) => boolean;

  /** Whether s1 ends with s2; false when one of them is unset. */
  readonly endswith: (task: Task, s1: string | undefined, s2: string | undefined) => boolean;

  /** Whether s2 stands anywhere in s1; false when one of them is unset. */
  readonly contains: (task: Task, s1: string | undefined, s2: string | undefined) => boolean;

  /**
   * n bytes of s from offset on, fewer where s is too short. A negative offset counts from the end of s, a negative n takes the bytes in front of the
   * offset; with a negative n, an offset of 0 is the end. Unset when s is.
   */
  readonly take: (task: Task, s: string | undefined, n: number, offset: number) => string | undefined;

  /** s backwards; unset when s is. */
  readonly reverse: (task: Task, s: string | undefined) => string | undefined;

  /**
   * The n-th token of S, counting from 1, or from -1 at the end backwards. Every character of sep separates, and several of them in a row separate
   * once. Unset when there is no such token, and when S or sep is unset or empty. A blank and a tab when not given.
   */
  readonly split: (
    task: Task,
    S: string | undefined,
    n: number,
    sep: string | undefined,
  ) => string | undefined;

  /** Whether both strings have a token in common. Every character of separators separates; a blank and a comma when not given. */
  readonly token_intersect: (task: Task, args: TokenIntersectArgs) => boolean;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from str.vcc. */
export type CheckedStrVmod = Implements<StrVmod, typeof import("./index.js")>;
