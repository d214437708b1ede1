// Generated from routing.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { Bereq, Beresp, HousekeepingTask, Req, Resp, Task, VclRef } from "../../runtime/index.js";

export interface FromYaml {
  /** Finds the route of a request, in vcl_recv: changes it as the route says, sets its backend hint to the group, and answers with the label to dispatch to. */
  readonly match: (task: Task, http: Req | Bereq | Beresp | Resp) => VclRef | undefined;

  /** The same for a host and a URL: nothing is changed but the backend hint. */
  readonly match_text: (task: Task, host: string | undefined, url: string | undefined) => VclRef | undefined;

  /** The name of the route that this request has got; unset where it has none. */
  readonly route: (task: Task) => string | undefined;

  /** Where the redirect of this request's route goes; unset where it has none. */
  readonly location: (task: Task) => string | undefined;

  /** Has the file read again, soon. */
  readonly reload: (task: Task) => void;

  /** What was wrong with the file when it was last read; unset when nothing was. */
  readonly last_error: (task: Task) => string | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface FromYamlClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (
    task: HousekeepingTask,
    vclName: string,
    path: string | undefined,
  ) => FromYaml | Promise<FromYaml>;
}

export interface FromJson {
  readonly match: (task: Task, http: Req | Bereq | Beresp | Resp) => VclRef | undefined;

  readonly match_text: (task: Task, host: string | undefined, url: string | undefined) => VclRef | undefined;

  readonly route: (task: Task) => string | undefined;

  readonly location: (task: Task) => string | undefined;

  readonly reload: (task: Task) => void;

  readonly last_error: (task: Task) => string | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface FromJsonClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (
    task: HousekeepingTask,
    vclName: string,
    path: string | undefined,
  ) => FromJson | Promise<FromJson>;
}

/** Routes from a file */
export interface RoutingVmod {
  readonly FromYaml: FromYamlClass;

  readonly FromJson: FromJsonClass;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from routing.vcc. */
export type CheckedRoutingVmod = Implements<RoutingVmod, typeof import("./index.js")>;
