// Generated from saintmode.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { BackendTask, Director, HousekeepingTask, Priv, Task } from "../../runtime/index.js";

/** A director around the backend. With threshold objects on its list, the backend counts as sick as a whole; 0 turns that off. */
export interface Saintmode {
  /** The director. */
  readonly backend: (task: Task) => Director | undefined;

  /** How many objects are on the list now. */
  readonly denylist_count: (task: Task) => number;

  /** Whether the backend can be asked for the object at hand; where there is none, whether it is healthy at all. */
  readonly is_healthy: (task: Task) => boolean;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface SaintmodeClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (
    task: HousekeepingTask,
    vclName: string,
    privVcl: Priv,
    backend: Director | undefined,
    threshold: number,
  ) => Saintmode;
}

/** Backends sick for single objects */
export interface SaintmodeVmod {
  /**
   * In vcl_backend_response: the backend that answered counts as sick for this object, for that long. A backend that no saintmode object is
   * around is left alone, with a VCL_Error record.
   */
  readonly denylist: (task: BackendTask, privVcl: Priv, expires: number) => void;

  /** All directors with their backends, counts and thresholds, as JSON. */
  readonly status: (task: Task, privVcl: Priv) => string | undefined;

  readonly Saintmode: SaintmodeClass;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from saintmode.vcc. */
export type CheckedSaintmodeVmod = Implements<SaintmodeVmod, typeof import("./index.js")>;
