import { Command, Option } from "commander";
import type { CompilerFlags } from "../analyze-options.js";
import { addCompilerOptions } from "../compiler-options.js";
import type { Format } from "../reporters.js";

/** The formats of diagnostics. */
export const formats = ["text", "json", "github", "sarif", "junit"] as const satisfies readonly Format[];

export interface CheckFlags extends CompilerFlags {
  readonly format: Format;
}

/** `vclc check FILE…` */
export function checkCommand(): Command {
  const command = new Command("check")
    .summary("check VCL files and print every diagnostic")
    .description(
      "Check VCL files: every error and warning in one run, in source order. Host names and labels are not looked up. " +
        "vclc.config.json, .yaml or .yml in a file's folder or above says how severe warnings are: " +
        "{ rules: { CODE: off | warning | error } }.",
    )
    .argument("<file...>", "VCL files; each is a program of its own")
    .addOption(new Option("--format <format>", "how to print diagnostics").choices(formats).default("text"));
  return addCompilerOptions(command)
    .addHelpText(
      "after",
      "\nExit code: 0 no errors, 1 errors, 2 wrong usage or an unreadable file.\n\n" +
        "Examples:\n  vclc check main.vcl\n  vclc check --format json policies/*.vcl   (one object for each file, on a line)\n" +
        "  vclc check --format github main.vcl   (annotations of a pull request)\n" +
        "  vclc check --format sarif main.vcl > vclc.sarif",
    )
    .action(async (files: readonly string[], flags: CheckFlags) => {
      const { checkFiles } = await import("../check-files.js");
      process.exitCode = await checkFiles(files, flags);
    });
}
