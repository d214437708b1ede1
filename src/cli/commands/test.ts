import { Command, Option } from "commander";
import type { CompilerFlags } from "../analyze-options.js";
import { CliError } from "../cli-error.js";
import { addCompilerOptions } from "../compiler-options.js";

/** What the options of `vclc test` are parsed to. */
export interface TestFlags extends CompilerFlags {
  readonly vcl?: string;
  readonly filter?: string;
  readonly shard?: string;
  readonly format: string;
  readonly jobs: number;
  /** Seconds; 0: no limit. */
  readonly timeout: number;
  readonly watch?: boolean;
  readonly coverage?: true | string;
  readonly coverageFormat: readonly string[];
  readonly threshold?: readonly string[];
}

/** `vclc test [PATH…]` */
export function testCommand(): Command {
  const command = new Command("test")
    .summary("run tests of VCL without sockets, on a clock of their own")
    .description(
      "Run tests of VCL: *.test.vcl, *.test.yaml and *.test.ts (those about VCL, by the project's vitest) in the folders given, or the files given. Each test runs in a world of its own: mocks " +
        "answer for the backends, time passes when the test says so, and no socket is opened. Its VCL is what it says (testing.policy(…), vcl:), else " +
        "--vcl, else the one of its name beside it, else main.vcl.",
    )
    .argument(
      "[path...]",
      "files of tests, or folders with *.test.vcl, *.test.yaml and *.test.ts (default: the current folder)",
    )
    .option("--vcl <file>", "the VCL of tests that name none")
    .option("--filter <regexp>", "only tests whose name matches")
    .option("--shard <n/m>", "only the n-th of m parts of the files")
    .option("--jobs <n>", "run so many files at a time, each on a thread", positive, 1)
    .option("--timeout <seconds>", "real time that a test may take before it is ended; 0: any", seconds, 10)
    .option("--watch", "run again whenever a file there changes")
    .option("--coverage [folder]", "say which lines and branches of VCL ran; with a folder, as files there")
    .option("--coverage-format <names>", "text, lcov, html, separated by ,", list, ["text", "lcov", "html"])
    .option("--threshold <lines=90,branches=80>", "fail below these percentages; implies --coverage", list)
    .addOption(
      new Option("--format <format>", "how to print")
        .choices(["text", "tap", "junit", "json"])
        .default("text"),
    );
  return addCompilerOptions(command)
    .addHelpText(
      "after",
      "\nExit code: 0 all passed; 1 a test failed, or coverage is below a threshold; 2 wrong usage, or no test was found.\n\n" +
        "Examples:\n  vclc test\n  vclc test policies --coverage\n  vclc test shop.test.yaml --vcl shop.vcl --format junit",
    )
    .action(async (given: readonly string[], flags: TestFlags) => {
      const { runTests } = await import("../test/run-tests.js");
      const paths = given.length === 0 ? ["."] : given;
      if (flags.watch === true) {
        const { runAndWatch } = await import("../watch.js");
        await runAndWatch([...paths, ...(flags.vcl === undefined ? [] : [flags.vcl])], () =>
          runTests(paths, flags),
        );
      }
      process.exitCode = await runTests(paths, flags);
    });
}

function positive(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new CliError(`--jobs ${value}: give a whole number from 1 on`);
  return Number(value);
}

/** Longer ones do not fit into Node's timers. */
const longestTimeout = 1_000_000;

function seconds(value: string): number {
  if (!/^\d+(?:\.\d+)?$/.test(value) || Number(value) > longestTimeout)
    throw new CliError(`--timeout ${value}: give seconds, 30 or 0.5; 0 is without end`);
  return Number(value);
}

function list(value: string): readonly string[] {
  return value.split(",").filter((item) => item !== "");
}
