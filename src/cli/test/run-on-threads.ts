import type { FileCoverage } from "./coverage/coverage.js";
import type { CaseResult } from "./results.js";
import { TestThread, type ThreadOptions } from "./test-thread.js";

/** What is to be run, and on how many threads. */
export interface ThreadedRun extends ThreadOptions {
  readonly files: readonly string[];
  readonly jobs: number;
}

/**
 * Runs files of tests on threads, `entry` being their program, each file on one of them. `note` is told of results in the order of the files. Answers with
 * what each thread has run of the VCLs.
 */
export async function runOnThreads(
  entry: string,
  { files, jobs, ...options }: ThreadedRun,
  note: (result: CaseResult) => void,
): Promise<readonly (readonly FileCoverage[])[]> {
  const threads = Array.from({ length: Math.min(jobs, files.length) }, () => new TestThread(entry, options));
  const told = inOrder(files.length, note);
  let next = 0;
  const work = async (thread: TestThread): Promise<void> => {
    for (let index = next++; index < files.length; index = next++) {
      for await (const result of thread.resultsOf(files[index] ?? "")) told.result(index, result);
      told.over(index);
    }
  };
  try {
    await Promise.all(threads.map(work));
    return threads.flatMap(({ coverage }) => coverage);
  } finally {
    await Promise.all(threads.map((thread) => thread.stop()));
  }
}

/** Tells results in the order of the files: those of the first that is not over as they come, those of others once it is their turn. */
function inOrder(count: number, note: (result: CaseResult) => void) {
  const waiting = Array.from({ length: count }, (): CaseResult[] => []);
  const isOver = new Set<number>();
  let turn = 0;
  return {
    result(index: number, result: CaseResult): void {
      if (index === turn) note(result);
      else waiting[index]?.push(result);
    },
    over(index: number): void {
      isOver.add(index);
      while (isOver.has(turn)) {
        turn++;
        waiting[turn]?.splice(0).forEach(note);
      }
    },
  };
}
