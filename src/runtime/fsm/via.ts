import type { Core } from "../core.js";

/** What this proxy adds to Via, in requests and responses. */
export function via(core: Core): string {
  return `1.1 ${core.identity} (Varnish/trunk)`;
}
