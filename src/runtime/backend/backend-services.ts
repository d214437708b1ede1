import type { Host } from "../host.js";
import type { Parameters } from "../parameters.js";

/** What backends need of the instance they live in. */
export interface BackendServices {
  readonly host: Host;
  readonly params: Parameters;
}
