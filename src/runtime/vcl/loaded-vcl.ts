import type { FilterRegistries } from "../body/filter-registries.js";
import type { Director } from "../director/director.js";
import type { BackendTask, ClientTask } from "../task.js";
import type { SubResult } from "./vpi.js";

/** A method sub with the built-in one appended, so that it always ends in an action. */
export type LinkedSubs = {
  readonly [Name in ClientSub]: (task: ClientTask) => SubResult;
} & {
  readonly [Name in BackendSub]: (task: BackendTask) => SubResult;
};

export type ClientSub =
  | "vcl_recv"
  | "vcl_pipe"
  | "vcl_pass"
  | "vcl_hash"
  | "vcl_purge"
  | "vcl_miss"
  | "vcl_hit"
  | "vcl_deliver"
  | "vcl_synth";
export type BackendSub =
  "vcl_backend_fetch" | "vcl_backend_refresh" | "vcl_backend_response" | "vcl_backend_error";

/** A VCL in memory, as tasks see it. */
export interface LoadedVcl {
  /** The name it was loaded under: `boot`, `main` … */
  readonly name: string;
  /** Language version times ten. */
  readonly version: 40 | 41;
  readonly subs: LinkedSubs;
  /** What `req.backend_hint` starts as; undefined for `backend x none`. */
  readonly defaultBackend: Director | undefined;
  /** The body filters that it can name. */
  readonly filters: FilterRegistries;
  /** A task begins to use it: it will not be cooled or discarded under the task. */
  retain(): void;
  release(): void;
}

/** A label that a VMOD names at run time, and who says so: for a file, its path and the place in its text. */
export interface LateLabelUse {
  readonly label: string;
  /** For messages, such as `route beta`. */
  readonly user: string;
  readonly path: string;
  readonly offset: number;
}

/** A label, bound when the VCL that names it is loaded, or found by a VMOD; what it points to is looked up at every switch. */
export interface VclRef {
  readonly name: string;
  /** The VCL behind the label now; undefined when there is no such label. */
  current(): LoadedVcl | undefined;
}
