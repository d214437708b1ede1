import type { CounterRow } from "./counter-set.js";

/** VBE: a backend. */
export const backendCounters = [
  ["happy", "p", "The last 64 polls, the newest last: 1 is a good one"],
  ["bereq_hdrbytes", "B", "Bytes of heads of requests"],
  ["bereq_bodybytes", "B", "Bytes of bodies of requests"],
  ["beresp_hdrbytes", "B", "Bytes of heads of responses"],
  ["beresp_bodybytes", "B", "Bytes of bodies of responses"],
  ["pipe_hdrbytes", "B", "Bytes of heads of pipes"],
  ["pipe_out", "B", "Bytes piped to the backend"],
  ["pipe_in", "B", "Bytes piped from the backend"],
  ["conn", "g", "Connections in use"],
  ["req", "", "Requests sent"],
  ["unhealthy", "", "Fetches not tried, as the backend was sick"],
  ["busy", "", "Fetches not tried, as all connections were in use"],
  ["fail", "", "Connections that failed"],
  ["fail_eacces", "D", "Connections that failed: not allowed"],
  ["fail_eaddrnotavail", "D", "Connections that failed: no address left"],
  ["fail_econnrefused", "D", "Connections that failed: refused"],
  ["fail_enetunreach", "D", "Connections that failed: no way to that network"],
  ["fail_etimedout", "D", "Connections that failed: timed out"],
  ["fail_other", "D", "Connections that failed for another reason"],
  ["helddown", "D", "Connections not tried, as one had just failed"],
] as const satisfies readonly CounterRow[];

/** MGT: the process that starts the one that serves, which is one and the same here. */
export const managerCounters = [
  ["uptime", "s", "Seconds since the start"],
  ["child_start", "D", "Times that serving began"],
  ["child_exit", "D", "Times that serving ended as it should"],
  ["child_stop", "D", "Times that serving ended otherwise"],
  ["child_died", "D", "Times that serving ended by a signal"],
  ["child_dump", "D", "Times that a core was dumped"],
  ["child_panic", "D", "Panics"],
] as const satisfies readonly CounterRow[];

/** SMA: a storage in memory. */
export const storageCounters = [
  ["c_req", "", "Objects stored"],
  ["c_fail", "", "Objects that found no space"],
  ["c_bytes", "B", "Bytes taken"],
  ["c_freed", "B", "Bytes given back"],
  ["g_alloc", "g", "Objects there are"],
  ["g_bytes", "gB", "Bytes in use"],
  ["g_space", "gB", "Bytes free"],
] as const satisfies readonly CounterRow[];

/** MEMPOOL: requests and sessions, of which only those in use are counted. */
export const poolCounters = [
  ["live", "gd", "In use"],
  ["pool", "gd", "Kept for later"],
  ["sz_wanted", "gdB", "Bytes asked for"],
  ["sz_actual", "gdB", "Bytes of one"],
  ["allocs", "d", "Made"],
  ["frees", "d", "Ended"],
  ["recycle", "d", "Used again"],
  ["timeout", "d", "Not kept, as they got old"],
  ["toosmall", "d", "Not kept, as they were small"],
  ["surplus", "d", "Not kept, as there were enough"],
  ["randry", "d", "Times that none was kept"],
] as const satisfies readonly CounterRow[];
