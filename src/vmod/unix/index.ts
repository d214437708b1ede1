import { VclFailure, type BackendTask, type ClientTask } from "../../runtime/index.js";

/** Fails for a Unix-domain socket, whose peer no host can tell; notes in the log that any other has none. */
function lookForPeer(task: ClientTask | BackendTask): void {
  const { endpoint } = task.local;
  if (endpoint.startsWith("/") || endpoint.startsWith("@")) {
    throw new VclFailure("vmod unix failure: not supported on this platform");
  }
  task.log("VCL_Error", "vmod unix error: not listening on a Unix domain socket");
}

/** The unix VMOD; unix.vcc says what each function does. */
export function user(task: ClientTask | BackendTask): string | undefined {
  lookForPeer(task);
  return undefined;
}

export function group(task: ClientTask | BackendTask): string | undefined {
  lookForPeer(task);
  return undefined;
}

export function uid(task: ClientTask | BackendTask): number {
  lookForPeer(task);
  return -1;
}

export function gid(task: ClientTask | BackendTask): number {
  lookForPeer(task);
  return -1;
}
