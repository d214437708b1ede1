// Generated from unix.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { BackendTask, ClientTask } from "../../runtime/index.js";

/** Peers on Unix-domain sockets */
export interface UnixVmod {
  /** The name of the peer's user; unset where there is none. */
  readonly user: (task: ClientTask | BackendTask) => string | undefined;

  /** The name of the peer's group; unset where there is none. */
  readonly group: (task: ClientTask | BackendTask) => string | undefined;

  /** The number of the peer's user; -1 where there is none. */
  readonly uid: (task: ClientTask | BackendTask) => number;

  /** The number of the peer's group; -1 where there is none. */
  readonly gid: (task: ClientTask | BackendTask) => number;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from unix.vcc. */
export type CheckedUnixVmod = Implements<UnixVmod, typeof import("./index.js")>;
