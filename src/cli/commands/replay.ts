import { Command, Option } from "commander";
import type { CompilerFlags } from "../analyze-options.js";
import { addCompilerOptions } from "../compiler-options.js";
import { CliError } from "../cli-error.js";

/** What the options of `vclc replay` are parsed to. */
export interface ReplayFlags extends CompilerFlags {
  readonly varnishlog?: string;
  readonly accessLog?: string;
  readonly har?: string;
  readonly label?: readonly string[];
  readonly host: string;
  readonly filter?: string;
  readonly limit: number;
  readonly exitCode?: boolean;
  readonly format: string;
}

/** `vclc replay OLD NEW` */
export function replayCommand(): Command {
  const command = new Command("replay")
    .summary("run the requests of a log through two versions of a policy and compare")
    .description(
      "Run the requests of a log through two versions of a policy, each in a world of its own in this process: no socket is opened, the clock follows the log, " +
        "and origins answer as the log says they did. Prints each request that is not treated alike, and a summary.",
    )
    .argument("<old>", "the VCL as it was")
    .argument("<new>", "the VCL as it is to be")
    .option("--varnishlog <file>", "a log as varnishlog -g request writes it; - is standard input")
    .option("--access-log <file>", "an access log in NCSA's common or combined format")
    .option("--har <file>", "an HTTP archive, as browsers save it")
    .option("--label <name=file>", "a VCL behind a label; NAME=OLD,NEW where they differ", collect)
    .option(
      "--host <name>",
      "Host of requests of an access log that does not have it; empty: none",
      "localhost",
    )
    .option("--filter <regexp>", "only requests whose host and URL match, such as example.com/cart")
    .option("--limit <n>", "print at most n requests", whole, 20)
    .option("--exit-code", "exit with 1 where there are differences")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"));
  return addCompilerOptions(command)
    .addHelpText(
      "after",
      "\nExit code: 0 compared; 1 a VCL does not compile or load, or, with --exit-code, something differs; 2 wrong usage, or a log that cannot be read.\n\n" +
        "Examples:\n  varnishlog -d -g request > yesterday.log\n  vclc replay main.vcl new.vcl --varnishlog yesterday.log\n" +
        "  vclc replay main.vcl new.vcl --access-log access.log --host www.example.com --format json",
    )
    .action(async (before: string, after: string, flags: ReplayFlags) => {
      const { runReplay } = await import("../replay/run-replay.js");
      process.exitCode = await runReplay(before, after, flags);
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function whole(value: string): number {
  if (!/^\d+$/.test(value)) throw new CliError(`--limit ${value}: give a whole number`);
  return Number(value);
}
