import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { reasonOf } from "./system-error.js";

/** Why a socket cannot listen, in words; `path` is that of a Unix socket. */
export function listenReason(error: NodeJS.ErrnoException, path?: string): string {
  if (error.code === "EADDRINUSE") return "the address is in use";
  // Node says EACCES of folders that are not there, too.
  if (path !== undefined && !existsSync(dirname(path))) return `there is no folder ${dirname(path)}`;
  if (error.code === "EACCES") return "permission denied";
  if (error.code === "EADDRNOTAVAIL") return "the address is not one of this machine";
  return reasonOf(error);
}
