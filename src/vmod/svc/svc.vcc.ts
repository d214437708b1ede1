// Generated from svc.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { HousekeepingTask, Task } from "../../runtime/index.js";

export interface EndpointWatcherArgs {
  readonly file?: string | undefined;
}

export interface EndpointWatcher {
  /** What was wrong with the file when it was last read; unset when nothing was. */
  readonly last_error: (task: Task) => string | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface EndpointWatcherClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (
    task: HousekeepingTask,
    vclName: string,
    args: EndpointWatcherArgs,
  ) => EndpointWatcher | Promise<EndpointWatcher>;
}

/** Global directors from a file of services */
export interface SvcVmod {
  readonly EndpointWatcher: EndpointWatcherClass;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from svc.vcc. */
export type CheckedSvcVmod = Implements<SvcVmod, typeof import("./index.js")>;
