import { Thread, ThreadEnd } from "../../host/node/thread.js";
import type { FileCoverage } from "./coverage/coverage.js";
import type { CaseResult } from "./results.js";
import type { Place } from "./test-case.js";
import type { RunOptions } from "./test-files.js";

/** Lists the tests of a file, runs one of them, or tells what of the VCLs has run until then. */
export type TestJob =
  { readonly list: string } | { readonly file: string; readonly index: number } | { readonly coverage: true };

export interface TestAnswer {
  readonly tests?: readonly NamedTest[];
  readonly result?: CaseResult;
  readonly coverage?: readonly FileCoverage[];
}

export interface NamedTest {
  readonly name: string;
  readonly place: Place;
}

/** What a thread of tests is told. */
export interface ThreadOptions {
  readonly options: RunOptions;
  /** Seconds that a test may take; 0: as long as it likes. */
  readonly timeout: number;
  readonly coverage: boolean;
}

/**
 * Runs tests on a thread, so that one that never ends can be ended: what VCL calls is JavaScript, which nothing else stops. The thread goes with it, and
 * the tests after it get another.
 */
export class TestThread {
  readonly #thread: Thread<TestJob, TestAnswer>;
  readonly #timeout: number;
  readonly #covers: boolean;
  readonly #ofFormer: (readonly FileCoverage[])[] = [];
  #covered: readonly FileCoverage[] = [];

  /** `entry` is the file of its program. */
  constructor(entry: string, { options, timeout, coverage }: ThreadOptions) {
    this.#thread = new Thread(entry, options);
    this.#timeout = timeout;
    this.#covers = coverage;
  }

  /** What of the VCLs has run. Of a file whose test ended the thread, what ran before that is not known. */
  get coverage(): readonly (readonly FileCoverage[])[] {
    return [...this.#ofFormer, this.#covered];
  }

  /** Runs the tests of a file, one after the other. */
  async *resultsOf(file: string): AsyncIterable<CaseResult> {
    const { tests = [], result } = await this.#thread.run({ list: file });
    if (result) yield result;
    for (const [index, test] of tests.entries()) yield await this.#resultOf(file, index, test);
    if (this.#covers) this.#covered = (await this.#thread.run({ coverage: true })).coverage ?? [];
  }

  stop(): Promise<void> {
    return this.#thread.stop();
  }

  /** What came of a test; where it did not come to its end, why. */
  async #resultOf(file: string, index: number, test: NamedTest): Promise<CaseResult> {
    const started = performance.now();
    let late = false;
    const stop = (): void => {
      late = true;
      void this.#thread.stop();
    };
    const timer = this.#timeout > 0 ? setTimeout(stop, this.#timeout * 1000) : undefined;
    try {
      const { result } = await this.#thread.run({ file, index });
      if (result) return result;
      throw new Error("no result came");
    } catch (error) {
      clearTimeout(timer);
      const milliseconds = performance.now() - started;
      if (error instanceof ThreadEnd) await this.#renew(file);
      const problem = late ? this.#tooLong() : problemOf(error);
      return { file, ...test, failures: [], problem, milliseconds };
    } finally {
      clearTimeout(timer);
    }
  }

  /** What a new thread takes to begin is no test's time. */
  async #renew(file: string): Promise<void> {
    this.#ofFormer.push(this.#covered);
    this.#covered = [];
    await this.#thread.run({ list: file });
  }

  #tooLong(): string {
    return `ended after ${this.#timeout} s: something that it runs does not end, or --timeout is too short for it`;
  }
}

function problemOf(error: unknown): string {
  if (!(error instanceof ThreadEnd)) return error instanceof Error ? error.message : String(error);
  if (error.thrown === undefined) return "something that it runs, a VMOD perhaps, ended the process";
  return `something that it runs, a VMOD perhaps, threw where nobody catches it: ${error.thrown}`;
}
