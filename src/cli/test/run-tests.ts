import { CliError } from "../cli-error.js";
import type { TestFlags } from "../commands/test.js";
import { useColor } from "../use-color.js";
import { builtFile } from "../../host/node/built-file.js";
import { mergedCoverage } from "./coverage/coverage.js";
import { belowThresholds, checkFormats, reportCoverage, thresholdsOf } from "./coverage/report-coverage.js";
import { isScript, testFilesAt } from "./find-tests.js";
import { passed, type CaseResult, type TestReporter } from "./results.js";
import { runOnThreads } from "./run-on-threads.js";
import { testReporters } from "./test-reporters.js";
import { runVitest } from "./vitest/run-vitest.js";

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
  const note = (result: CaseResult): void => {
    results.push(result);
    process.stdout.write(reporter.result?.(result) ?? "");
  };
  const covers = flags.coverage !== undefined || thresholds.length > 0;
  const { jobs, timeout } = flags;
  const run = { options, jobs, timeout, coverage: covers, files: files.filter((file) => !isScript(file)) };
  const coverage = mergedCoverage([
    ...(await runOnThreads(workerFile(), run, note)),
    ...(await runVitest(files.filter(isScript), { ...options, coverage: covers }, note)),
  ]);
  if (results.length === 0) {
    const why =
      pattern === undefined
        ? "no *.test.vcl, no *.test.yaml, and no *.test.ts about VCL there"
        : `no test matches ${pattern}`;
    throw new CliError(`no test to run in ${paths.join(", ")}: ${why}`);
  }
  process.stdout.write(reporter.end?.(results, performance.now() - started) ?? "");
  const failed = results.some((result) => !passed(result));
  if (!covers) return failed ? 1 : 0;
  reportCoverage(coverage, flags);
  const problems = belowThresholds(coverage, thresholds);
  for (const problem of problems) process.stderr.write(`vclc: ${problem}\n`);
  return failed || problems.length > 0 ? 1 : 0;
}

function workerFile(): string {
  const entry = builtFile("cli/test/test-worker.js");
  if (entry === undefined) throw new CliError("cli/test/test-worker.js is missing: install vclc again");
  return entry;
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
