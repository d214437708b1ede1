import { serveThread } from "../../host/node/thread.js";
import { coverageOf } from "./coverage/coverage.js";
import { TestRun, type RunOptions } from "./test-files.js";
import type { TestAnswer, TestJob } from "./test-thread.js";

/** A thread that runs tests. */
serveThread((options: RunOptions) => {
  const run = new TestRun(options);
  return async (job: TestJob): Promise<TestAnswer> => {
    if ("coverage" in job) return { coverage: coverageOf(run.policies) };
    if ("list" in job) return run.list(job.list);
    return { result: await run.run(job.file, job.index) };
  };
});
