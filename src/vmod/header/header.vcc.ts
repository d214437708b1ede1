// Generated from header.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { Bereq, Beresp, HeaderRef, Regex, Req, Resp, Task } from "../../runtime/index.js";

/** Header fields that occur more than once */
export interface HeaderVmod {
  /** Adds one more field of that name. */
  readonly append: (task: Task, arg1: HeaderRef, arg2: string | undefined) => void;

  /** Appends every value of the first header as a field of the second. */
  readonly copy: (task: Task, arg1: HeaderRef, arg2: HeaderRef) => void;

  /** The first value that matches; unset when none does. An empty value never matches. */
  readonly get: (task: Task, header: HeaderRef, regex: Regex) => string | undefined;

  /** Removes every field of that name whose value matches. An empty value never matches. */
  readonly remove: (task: Task, header: HeaderRef, regex: Regex) => void;

  /**
   * Replaces in every line of the message's header, `Name: value`, what matches first, or with all, everything that matches. `\0` to `\9` in
   * sub are the match and its groups. Names are matched with case unless the expression says `(?i)`.
   */
  readonly regsub: (
    task: Task,
    arg1: Req | Bereq | Beresp | Resp,
    regex: Regex,
    sub: string | undefined,
    all: boolean,
  ) => void;

  /** A header whose name is computed, for the other functions; what follows a colon in the name is left out. One without a name is never set. */
  readonly dyn: (task: Task, arg1: Req | Bereq | Beresp | Resp, arg2: string | undefined) => HeaderRef;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from header.vcc. */
export type CheckedHeaderVmod = Implements<HeaderVmod, typeof import("./index.js")>;
