/** A host in memory, for tests of VCL and for places without sockets. */
export { CapturedLog, MemoryHost, type LogRecord } from "./memory-host.js";
export { VirtualClock, settled } from "./clock.js";
export { MemoryClient, request, type MemoryRequest, type MemoryResponse } from "./client.js";
export { MemoryStream } from "./memory-stream.js";
export { textOf, type Origin, type OriginRequest, type OriginResponse } from "./origins.js";
