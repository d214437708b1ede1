import { status, type Reply } from "./reply.js";

/** The reply to a command that there is not. */
export function unknownRequest(name: string): Reply {
  const hint = /^[a-z]/.test(name) ? "" : "All commands are in lower-case.\n";
  return { status: status.unknown, body: `Unknown request.\nType 'help' for more info.\n${hint}` };
}
