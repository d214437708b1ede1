import type { Failure } from "./run-case.js";
import type { Place } from "./test-case.js";

/** What became of one test. */
export interface CaseResult {
  readonly file: string;
  readonly name: string;
  readonly place: Place;
  /** Empty: it passed. */
  readonly failures: readonly Failure[];
  /** Why it could not be run: with it, nothing else is said. */
  readonly problem?: string;
  /** It was not to be run: vitest's `test.skip` and `test.todo`. */
  readonly skipped?: boolean;
  /** How long it took, in milliseconds. */
  readonly milliseconds: number;
}

export function passed({ failures, problem }: CaseResult): boolean {
  return failures.length === 0 && problem === undefined;
}

/** Prints results: each as it comes, and what follows when all have. */
export interface TestReporter {
  result?(result: CaseResult): string;
  end?(results: readonly CaseResult[], milliseconds: number): string;
}
