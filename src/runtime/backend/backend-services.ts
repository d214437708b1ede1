import type { Host } from "../host.js";
import type { Parameters } from "../parameters.js";
import { Deadlines } from "../wire/deadlines.js";
import { SharedBackends } from "./shared-backends.js";

/** What backends need of the instance they live in. */
export interface BackendServices {
  readonly host: Host;
  readonly params: Parameters;
  readonly deadlines: Deadlines;
  readonly shared: SharedBackends;
  /** Adds one to a counter, by Varnish's name: `backend_conn`, `backend_reuse` … */
  readonly count: (counter: string) => void;
}

/** The services of one instance. `deadlines` may be those of its listeners too: one timer for all connections. */
export function backendServices(
  host: Host,
  params: Parameters,
  count: (counter: string) => void = () => undefined,
  deadlines: Deadlines = new Deadlines(host),
): BackendServices {
  return { host, params, deadlines, count, shared: new SharedBackends(host, params, deadlines) };
}
