/** A host in memory, for tests of VCL and for places without sockets. */
export { CapturedLog, MemoryHost, type LogRecord } from "./memory-host.js";
export { VirtualClock, settled } from "./clock.js";
export { MemoryClient, request, type MemoryRequest, type MemoryResponse } from "./client.js";
export { MemoryStream } from "./memory-stream.js";
export type { Origin, OriginRequest, OriginResponse } from "./origins.js";
