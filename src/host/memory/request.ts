import type { Core } from "../../runtime/core.js";
import { runClientTask } from "../../runtime/fsm/run-client-task.js";
import { MemoryExchange, type MemoryRequest, type MemoryResponse } from "./exchange.js";

/** Runs one request through an instance and answers with what the client gets. */
export async function request(core: Core, wanted: MemoryRequest = {}): Promise<MemoryResponse> {
  const exchange = new MemoryExchange(wanted);
  await runClientTask(core, exchange);
  return exchange.response;
}
