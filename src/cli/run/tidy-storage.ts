import type { Instance } from "../../runtime/index.js";

/** Milliseconds between two looks for what has expired; requests that come across it do not wait for that. */
const interval = 1000;

/** Has objects go when they have expired, also where nobody asks for anything. */
export function tidyStorage({ cache, host }: Instance): void {
  setInterval(() => cache.expire(host.now()), interval).unref();
}
