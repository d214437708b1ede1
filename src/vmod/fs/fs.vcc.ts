// Generated from fs.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { Director, HousekeepingTask, Task } from "../../runtime/index.js";

export interface Root {
  /** The backend. It is healthy. */
  readonly backend: (task: Task) => Director | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface RootClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (
    task: HousekeepingTask,
    vclName: string,
    path: string | undefined,
    index: string | undefined,
    hidden: boolean,
  ) => Root | Promise<Root>;
}

/** Files from disk */
export interface FsVmod {
  readonly Root: RootClass;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from fs.vcc. */
export type CheckedFsVmod = Implements<FsVmod, typeof import("./index.js")>;
