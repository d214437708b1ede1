import type { Host } from "../host.js";
import type { Parameters } from "../parameters.js";
import { SharedBackends } from "./shared-backends.js";

/** What backends need of the instance they live in. */
export interface BackendServices {
  readonly host: Host;
  readonly params: Parameters;
  readonly shared: SharedBackends;
}

/** The services of one instance. */
export function backendServices(host: Host, params: Parameters): BackendServices {
  return { host, params, shared: new SharedBackends(host) };
}
