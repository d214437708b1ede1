import { CliError } from "../cli-error.js";
import type { TestFlags } from "../commands/test.js";
import { useColor } from "../use-color.js";
import { builtFile } from "../../host/node/built-file.js";
import { coverageOf, mergedCoverage, type FileCoverage } from "./coverage/coverage.js";
import { belowThresholds, checkFormats, reportCoverage, thresholdsOf } from "./coverage/report-coverage.js";
import { testFilesAt } from "./find-tests.js";
import { passed, type CaseResult, type TestReporter } from "./results.js";
import { runOnThreads } from "./run-on-threads.js";
import { TestRun, type RunOptions } from "./test-files.js";
import { testReporters } from "./test-reporters.js";

/** Runs the tests at these paths and prints what became of them. Answers with the exit code. */
export async function runTests(paths: readonly string[], flags: TestFlags): Promise<0 | 1> {
  const files = inShard([...new Set(paths.flatMap(testFilesAt))], flags.shard);
  const thresholds = thresholdsOf(flags.threshold ?? []);
  checkFormats(flags.coverageFormat);
  const colored = useColor(process.stdout, flags.color);
  const reporter = (testReporters[flags.format] as (color: boolean) => TestReporter)(colored);
  const { filter: pattern, ...rest } = flags;
  const filter = pattern === undefined ? undefined : patternOf(pattern);
  const options = { ...rest, ...(filter && { filter }), colored };
  const started = performance.now();
  const results: CaseResult[] = [];
  const coverage = await runFiles(files, options, flags.jobs, (result) => {
    results.push(result);
    process.stdout.write(reporter.result?.(result) ?? "");
  });
  if (results.length === 0) {
    const why =
      pattern === undefined ? "no *.test.vcl and no *.test.yaml there" : `no test matches ${pattern}`;
    throw new CliError(`no test to run in ${paths.join(", ")}: ${why}`);
  }
  process.stdout.write(reporter.end?.(results, performance.now() - started) ?? "");
  const failed = results.some((result) => !passed(result));
  if (flags.coverage === undefined && thresholds.length === 0) return failed ? 1 : 0;
  reportCoverage(coverage, flags);
  const problems = belowThresholds(coverage, thresholds);
  for (const problem of problems) process.stderr.write(`vclc: ${problem}\n`);
  return failed || problems.length > 0 ? 1 : 0;
}

/** Runs them here, or on threads. Answers with what of the VCLs has run. */
async function runFiles(
  files: readonly string[],
  options: RunOptions,
  jobs: number,
  note: (result: CaseResult) => void,
): Promise<readonly FileCoverage[]> {
  const entry = jobs > 1 && files.length > 1 ? builtFile("cli/test/test-worker.js") : undefined;
  if (entry !== undefined) return mergedCoverage(await runOnThreads(entry, { files, options, jobs }, note));
  const run = new TestRun(options);
  for (const file of files) {
    const release = guarded(file);
    for await (const result of run.resultsOf(file)) note(result);
    release();
  }
  return coverageOf(run.policies);
}

/** VMODs run in this process, which they can end: that must not pass for success. Answers with what ends the guard. */
function guarded(file: string): () => void {
  const ended = (): void => {
    process.stderr.write(
      `vclc: something that ${file} runs, a VMOD perhaps, ended the process: the rest was not run\n`,
    );
    process.exitCode = 2;
  };
  const thrown = (error: unknown): never => {
    process.off("exit", ended);
    process.stderr.write(
      `vclc: while ${file} ran: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exit(2);
  };
  process.on("exit", ended).on("uncaughtException", thrown);
  return () => void process.off("exit", ended).off("uncaughtException", thrown);
}

/** Every m-th file, from the n-th on: the parts together are all files. */
function inShard(files: readonly string[], shard: string | undefined): readonly string[] {
  if (shard === undefined) return files;
  const [, part = "0", parts = "0"] = /^(\d+)\/(\d+)$/.exec(shard) ?? [];
  if (Number(part) < 1 || Number(part) > Number(parts))
    throw new CliError(`--shard ${shard} is no part: give 1/3, 2/3 or 3/3`);
  return files.filter((_, index) => index % Number(parts) === Number(part) - 1);
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new CliError(`--filter: ${error instanceof Error ? error.message : String(error)}`);
  }
}
