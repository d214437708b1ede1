import type { OffLoopAnswer, OffLoopJob } from "../../runtime/index.js";
import { planRoutes } from "../../vmod/routing/route-plan.js";
import { readEndpointConfig } from "../../vmod/svc/endpoint-config.js";
import { readTopology } from "../../vmod/topology/topology-config.js";
import { serveThread } from "./thread.js";

/** What a thread is told. */
export interface OffLoopTask {
  readonly job: OffLoopJob;
  /** The text: threads hand bytes over without a copy. */
  readonly bytes: Uint8Array;
  readonly variant: string;
  readonly known: unknown;
}

/** Work of shipped VMODs that would keep requests waiting, each from text to plain data. */
const jobs: Readonly<Record<OffLoopJob, (text: string, variant: string, known: never) => unknown>> = {
  routes: planRoutes,
  services: readEndpointConfig,
  topology: readTopology,
};

/** The thread that does them. */
serveThread(() => ({ job, bytes, variant, known }: OffLoopTask): OffLoopAnswer => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  return { answer: jobs[job](text, variant, known as never), bytes };
});
