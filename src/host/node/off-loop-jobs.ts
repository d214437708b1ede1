import type { OffLoopJob } from "../../runtime/index.js";
import { planRoutes } from "../../vmod/routing/route-plan.js";
import { readEndpointConfig } from "../../vmod/svc/endpoint-config.js";
import { readTopology } from "../../vmod/topology/topology-config.js";
import { serveThread } from "./thread.js";

/** What a thread is told. */
export interface OffLoopTask {
  readonly job: OffLoopJob;
  /** The text, as bytes in pieces: threads hand these over without a copy. */
  readonly pieces: readonly Uint8Array[];
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
serveThread(
  () =>
    ({ job, pieces, variant, known }: OffLoopTask) =>
      jobs[job](Buffer.concat(pieces).toString("latin1"), variant, known as never),
);
