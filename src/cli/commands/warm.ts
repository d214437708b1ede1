import { Command, Option } from "commander";
import { addCompilerOptions, rootOption } from "../compiler-options.js";
import type { WarmFlags } from "../warm/warm-files.js";
import { formats } from "./check.js";

/** `vclc warm` */
export function warmCommand(): Command {
  const command = new Command("warm")
    .summary("load and link VCL without listening and print everything that is wrong")
    .description(
      "Check what only loading can tell: labels, global directors, host names, and what VMODs refuse in vcl_init. Loads and links everything in " +
        "this process, without listening and without asking any backend, and prints all that is wrong. That runs vcl_init, and so the code of the VMODs " +
        "that it uses: for pull requests of strangers there is --no-vmod-code.",
    )
    .argument("[file]", "the main VCL file")
    .option("-I, --commands <file>", "commands that make the VCLs and labels, as for vclc run")
    .option("--label <name=file>", "a label and the VCL behind it; may be given more than once", collect)
    .option("--global <names>", 'global directors that production will have, separated by ","', collectNames)
    .option("--no-dns", "look no host name up")
    .option(
      "--no-vmod-code",
      "run the code of no VMOD but vclc's own: the functions of the others answer with nothing. For what strangers have written",
    )
    .addOption(rootOption())
    .addOption(new Option("--format <format>", "how to print diagnostics").choices(formats).default("text"));
  return addCompilerOptions(command)
    .addHelpText(
      "after",
      "\nExit code: 0 no errors, 1 errors, 2 wrong usage or an unreadable file.\n\n" +
        "Examples:\n  vclc warm -I start.cli\n  vclc warm main.vcl --label api_policy=api.vcl --global api,web --no-dns",
    )
    .action(async (file: string | undefined, flags: WarmFlags) => {
      const { warmFiles } = await import("../warm/warm-files.js");
      process.exitCode = await warmFiles(file, flags);
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function collectNames(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(",").filter((name) => name !== "")];
}
