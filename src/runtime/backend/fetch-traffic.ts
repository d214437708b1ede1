import type { SharedBackend } from "./shared-backend.js";
import type { FetchTraffic } from "./transport.js";

export function noTraffic(): FetchTraffic {
  return { sentHead: 0, sentBody: 0, head: 0, body: 0 };
}

/** Adds what one exchange moved to all of its fetch, and to the counters of the backend. */
export function addTraffic(one: FetchTraffic, all: FetchTraffic, counters: SharedBackend["counters"]): void {
  all.sentHead += one.sentHead;
  all.sentBody += one.sentBody;
  all.head += one.head;
  all.body += one.body;
  counters.bereq_hdrbytes += one.sentHead;
  counters.bereq_bodybytes += one.sentBody;
  counters.beresp_hdrbytes += one.head;
  counters.beresp_bodybytes += one.body;
}
