import { Thread } from "../../host/node/thread.js";
import type { FileCoverage } from "./coverage/coverage.js";
import type { CaseResult } from "./results.js";
import type { RunOptions } from "./test-files.js";

/** Runs a file, or tells what of the VCLs has run until then. */
export type TestJob = { readonly file: string } | { readonly coverage: true };
export interface TestAnswer {
  readonly results?: readonly CaseResult[];
  readonly coverage?: readonly FileCoverage[];
}

/**
 * Runs files of tests on threads, `entry` being their program, each file on one of them. `note` is told of results in the order of the files. Answers with
 * what each thread has run of the VCLs.
 */
export async function runOnThreads(
  entry: string,
  {
    files,
    options,
    jobs,
  }: { readonly files: readonly string[]; readonly options: RunOptions; readonly jobs: number },
  note: (result: CaseResult) => void,
): Promise<readonly (readonly FileCoverage[])[]> {
  const threads = Array.from(
    { length: Math.min(jobs, files.length) },
    () => new Thread<TestJob, TestAnswer>(entry, options),
  );
  const done: (readonly CaseResult[] | undefined)[] = [];
  let next = 0;
  let told = 0;
  const work = async (thread: Thread<TestJob, TestAnswer>): Promise<readonly FileCoverage[]> => {
    for (let index = next++; index < files.length; index = next++) {
      done[index] = (await thread.run({ file: files[index] ?? "" })).results ?? [];
      for (let results = done[told]; results; results = done[told]) {
        results.forEach(note);
        told++;
      }
    }
    return (await thread.run({ coverage: true })).coverage ?? [];
  };
  try {
    return await Promise.all(threads.map(work));
  } finally {
    await Promise.all(threads.map((thread) => thread.stop()));
  }
}
