import type { CloseReason, Exchange } from "../../exchange.js";
import { reasonPhrase } from "../../http/index.js";
import type { RequestTask } from "../request-task.js";
import type { ClientStep } from "./step.js";

/** A status line and nothing else; the close is the only other sign (http1-and-transports 1.7). */
export function bare(exchange: Exchange, status: number): void | Promise<void> {
  return exchange.respond({ status, reason: reasonPhrase(status), lines: [], chunked: false }, undefined);
}

/** Answers without VCL: status line only, and the end of the connection. For requests that VCL must not see or cannot answer. */
export function minimal(
  task: RequestTask,
  status: number,
  reason: CloseReason,
): undefined | Promise<ClientStep | undefined> {
  task.exchange.session.closing = reason;
  task.logResponse(status, reasonPhrase(status), []);
  return bare(task.exchange, status)?.then(() => undefined);
}

/** What takes the place of a response that could not be put together: header places or the workspace ran out. */
export function outOfSpace(task: RequestTask): undefined | Promise<ClientStep | undefined> {
  const { session } = task.exchange;
  task.core.count("client_resp_500");
  session.closing = "TX_EOF";
  const lines = ["Server: Varnish", "Connection: close"];
  task.logResponse(500, reasonPhrase(500), lines);
  const head = { status: 500, reason: reasonPhrase(500), lines, chunked: false };
  return task.exchange.respond(head, undefined)?.then(() => undefined);
}
