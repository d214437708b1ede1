import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { builtFile } from "../../../host/node/built-file.js";
import type { FileCoverage } from "../coverage/coverage.js";
import { coverageVariable, readCoverage } from "../coverage/coverage-files.js";
import type { CaseResult } from "../results.js";
import { projectOf, vitestOf } from "./find-vitest.js";
import type { VitestMessage } from "./messages.js";
import { resultsOf, unrun } from "./vitest-results.js";
import { runVitestProcess, type VitestRun } from "./vitest-process.js";

/** What `vclc test` is told that holds for tests in TypeScript too. */
export interface VitestOptions {
  readonly filter?: RegExp;
  readonly jobs: number;
  readonly timeout: number;
  readonly coverage: boolean;
}

type Note = (result: CaseResult) => void;

/** Runs files of tests in TypeScript by the vitest of their project. Answers with what of the VCLs has run. */
export async function runVitest(
  files: readonly string[],
  options: VitestOptions,
  note: Note,
): Promise<readonly (readonly FileCoverage[])[]> {
  if (files.length === 0) return [];
  const folder = options.coverage ? mkdtempSync(join(tmpdir(), "vclc-coverage-")) : undefined;
  try {
    for (const project of new Set(files.map(projectOf))) {
      const own = files.filter((file) => projectOf(file) === project);
      await runProject(project, own, options, note, folder);
    }
    return folder === undefined ? [] : readCoverage(folder);
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function runProject(
  folder: string,
  files: readonly string[],
  options: VitestOptions,
  note: Note,
  coverage: string | undefined,
): Promise<void> {
  const found = vitestOf(folder);
  const reporter = builtFile("cli/test/vitest/vitest-reporter.js");
  if ("problem" in found || reporter === undefined) {
    const problem = "problem" in found ? found.problem : "a part of vclc is missing: install it again";
    for (const file of files) note(unrun(file, problem));
    return;
  }
  const run = (left: readonly string[]): VitestRun => ({
    ...{ folder, program: found.program, timeout: options.timeout },
    args: [...argumentsFor(options, reporter), ...left.map((file) => resolve(file))],
    env: coverage === undefined ? {} : { [coverageVariable]: coverage },
  });
  let left = files;
  while (left.length > 0) left = await runFiles(left, run(left), options, note);
}

/** Runs files until all have, or one does not end. Answers with those that are left. */
async function runFiles(
  files: readonly string[],
  run: VitestRun,
  { filter, timeout }: VitestOptions,
  note: Note,
): Promise<readonly string[]> {
  const waiting = new Map(files.map((file) => [resolve(file), file]));
  const take = (path: string, results: (file: string) => readonly CaseResult[]): void => {
    const file = waiting.get(path);
    waiting.delete(path);
    if (file !== undefined) results(file).forEach(note);
  };
  const [first = ""] = files;
  const tell = (message: VitestMessage): void => {
    if (message.kind === "over") take(message.file, (file) => resultsOf(file, message, filter));
    if (message.kind === "unhandled") message.problems.forEach((problem) => note(unrun(first, problem)));
  };
  const { endless, output } = await runVitestProcess(run, tell);
  if (endless !== undefined && waiting.has(endless.file)) {
    const where = endless.test === undefined ? "" : `: it stopped in "${endless.test}", or soon after it`;
    const problem = `did not come to its end, with ${timeout} s for each test${where}`;
    take(endless.file, (file) => [unrun(file, problem)]);
    return [...waiting.values()];
  }
  // vitest takes paths for parts of paths, and so runs others too.
  const reason = endless === undefined ? output.trim() : `${endless.file} did not come to its end`;
  const why = `vitest did not run it: ${reason || "does its configuration include it?"}`;
  for (const file of waiting.values()) note(unrun(file, why));
  return [];
}

function argumentsFor({ filter, jobs, timeout }: VitestOptions, reporter: string): readonly string[] {
  return [
    ...["run", `--reporter=${reporter}`, "--includeTaskLocation", `--testTimeout=${timeout * 1000}`],
    jobs === 1 ? "--no-file-parallelism" : `--maxWorkers=${jobs}`,
    ...(filter ? [`--testNamePattern=${filter.source}`] : []),
  ];
}
