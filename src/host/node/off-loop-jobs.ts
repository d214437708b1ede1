import { parseTree } from "../../vmod/svc/config-tree.js";
import { serveThread } from "./thread.js";

/** Work of shipped VMODs that would keep requests waiting, each from text to text. */
const jobs = {
  "config-tree": (text: string) => JSON.stringify(parseTree(text)),
};

export type OffLoopJob = keyof typeof jobs;

/** The thread that does them. */
serveThread(
  () =>
    ({ job, text }: { readonly job: OffLoopJob; readonly text: string }) =>
      jobs[job](text),
);
