import { serveThread } from "../../host/node/thread.js";
import { coverageOf } from "./coverage/coverage.js";
import { TestRun, type RunOptions } from "./test-files.js";
import type { TestAnswer, TestJob } from "./run-on-threads.js";

/** A thread that runs files of tests. */
serveThread((options: RunOptions) => {
  const run = new TestRun(options);
  return async (job: TestJob): Promise<TestAnswer> => {
    if ("coverage" in job) return { coverage: coverageOf(run.policies) };
    const results = [];
    for await (const result of run.resultsOf(job.file)) results.push(result);
    return { results };
  };
});
