import { Command, Option } from "commander";
import type { CompilerFlags } from "../analyze-options.js";
import { CliError } from "../cli-error.js";
import { addCompilerOptions, rootOption } from "../compiler-options.js";
import { targetNames, type Target } from "../../language/targets.js";
import type { Format } from "../reporters.js";

/** The formats of diagnostics. */
export const formats = ["text", "json", "github", "sarif", "junit"] as const satisfies readonly Format[];

export interface CheckFlags extends CompilerFlags {
  readonly format: Format;
  readonly config?: string;
  readonly filesFrom?: string;
  readonly fix?: boolean;
  readonly maxWarnings?: string;
  readonly quiet?: boolean;
  readonly target?: Target;
  readonly stdinFilename?: string;
  readonly watch?: boolean;
}

/** `vclc check FILE…` */
export function checkCommand(): Command {
  const command = new Command("check")
    .summary("check VCL files and print every diagnostic")
    .description(
      "Check VCL files: every error and warning in one run, in source order. Host names and labels are not looked up. " +
        "vclc.config.json, .yaml or .yml in a file's folder or above says how severe warnings are: " +
        "{ rules: { CODE: off | warning | error } }; the code * stands for all that are not named.",
    )
    .argument(
      "[file...]",
      "VCL files, each a program of its own; - is standard input; a folder is the programs below it: the *.vcl that begin with vcl 4.1;",
    )
    .option(
      "--stdin-filename <name>",
      "what - is called in messages, and where its includes and configuration are looked for",
    )
    .option(
      "--files-from <list>",
      "check also the files named in this one, a name on each line; - is standard input",
    )
    .option("--config <file>", "the configuration for every file, in place of the nearest vclc.config")
    .option("--max-warnings <number>", "end with 1 when there are more warnings than that")
    .option("--fix", "mend in the files given what can be mended without changing what the VCL does")
    .option("--watch", "check again whenever a file changes in the folders given, or beside the files given")
    .option("-q, --quiet", "print errors only; warnings still count for --max-warnings")
    .addOption(
      new Option(
        "--target <name>",
        "warn of what this does not have; varnish-7 is what all of 7.x have (default: target of the configuration, else nothing)",
      ).choices(targetNames),
    )
    .addOption(rootOption())
    .addOption(new Option("--format <format>", "how to print diagnostics").choices(formats).default("text"));
  return addCompilerOptions(command)
    .addHelpText(
      "after",
      "\nExit code: 0 no errors, 1 errors or more warnings than allowed, 2 wrong usage or an unreadable file.\n\n" +
        "Examples:\n  vclc check main.vcl\n  vclc check --max-warnings 0 .\n  git show :main.vcl | vclc check - --stdin-filename main.vcl\n  vclc check --format json policies/*.vcl   (one object for each file, on a line, those that cannot be read too)\n" +
        "  vclc check --format github main.vcl   (annotations of a pull request)\n" +
        "  vclc check --format sarif main.vcl > vclc.sarif",
    )
    .action(async (files: readonly string[], flags: CheckFlags) => {
      const { checkFiles } = await import("../check/check-files.js");
      if (flags.fix && (files.includes("-") || flags.watch)) {
        throw new CliError(
          `--fix writes files: it does not go with ${flags.watch ? "--watch" : "standard input"}`,
        );
      }
      if (flags.watch === true) {
        if (files.includes("-")) throw new CliError("standard input cannot be watched");
        const { runAndWatch } = await import("../watch.js");
        await runAndWatch(files, async () => {
          if ((await checkFiles(files, flags)) === 0) process.stderr.write("nothing is wrong\n");
        });
      }
      process.exitCode = await checkFiles(files, flags);
    });
}
