import { reasonPhrase } from "../../http/index.js";
import type { RequestTask } from "../request-task.js";
import type { ClientStep } from "./step.js";

/** Answers without VCL: status line only, and the end of the connection. For requests that VCL must not see or cannot answer. */
export function minimal(
  task: RequestTask,
  status: number,
  why: string,
): undefined | Promise<ClientStep | undefined> {
  task.log("Error", why);
  task.log("RespStatus", String(status));
  const head = {
    status,
    reason: reasonPhrase(status),
    headers: [
      ["Content-Length", "0"],
      ["Connection", "close"],
    ] as const,
    close: true,
  };
  return task.exchange.respond(head, undefined)?.then(() => undefined);
}
