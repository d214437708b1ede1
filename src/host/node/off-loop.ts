import { builtFile } from "./built-file.js";
import type { OffLoopJob } from "./off-loop-jobs.js";
import { Thread } from "./thread.js";

/** What a thread is told. */
interface OffLoopTask {
  readonly job: OffLoopJob;
  readonly text: string;
}

/** A thread for jobs that would keep requests waiting; none in a checkout's sources, which no thread can run. */
export function offLoopThread(): Thread<OffLoopTask, string> | undefined {
  const entry = builtFile("host/node/off-loop-jobs.js");
  return entry === undefined ? undefined : new Thread(entry, undefined);
}
