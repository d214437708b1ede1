import type { OffLoopJob } from "../../runtime/index.js";
import { planRoutes } from "../../vmod/routing/route-plan.js";
import { readEndpointConfig } from "../../vmod/svc/endpoint-config.js";
import { readTopology } from "../../vmod/topology/topology-config.js";
import { serveThread } from "./thread.js";

/** What a thread is told. */
export interface OffLoopTask {
  readonly job: OffLoopJob;
  readonly text: string;
  readonly variant: string;
}

/** Work of shipped VMODs that would keep requests waiting, each from text to plain data. */
const jobs: Readonly<Record<OffLoopJob, (text: string, variant: string) => unknown>> = {
  routes: planRoutes,
  services: readEndpointConfig,
  topology: readTopology,
};

/** The thread that does them. */
serveThread(
  () =>
    ({ job, text, variant }: OffLoopTask) =>
      jobs[job](text, variant),
);
