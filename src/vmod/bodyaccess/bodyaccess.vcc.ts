// Generated from bodyaccess.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { Regex, Task } from "../../runtime/index.js";

/** Access to the request body */
export interface BodyaccessVmod {
  /** 1 when the body matches, 0 when it does not, -1 when it cannot be read; for vcl_recv. */
  readonly rematch_req_body: (task: Task, re: Regex) => number;

  /** Adds the body to the hash; for vcl_hash. */
  readonly hash_req_body: (task: Task) => void;

  /** The length of the body in bytes, -1 when it is not there; for vcl_recv. */
  readonly len_req_body: (task: Task) => number;

  /** Logs the body, in lines of at most that many bytes, each behind the prefix. */
  readonly log_req_body: (task: Task, prefix: string | undefined, length: number) => void;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from bodyaccess.vcc. */
export type CheckedBodyaccessVmod = Implements<BodyaccessVmod, typeof import("./index.js")>;
