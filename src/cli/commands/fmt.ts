import { Command } from "commander";

export interface FmtFlags {
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly stdinFilename?: string;
  readonly indent?: string;
  readonly width?: string;
}

/** `vclc fmt FILE…` */
export function fmtCommand(): Command {
  return new Command("fmt")
    .summary("lay out VCL files anew, comments where they are")
    .description(
      "Lay out VCL files anew: words and their meaning stay as they are, comments where they belong, empty lines are kept to one. " +
        "Included files are files of their own. vclc.config.json, .yaml or .yml in a file's folder or above may say " +
        "{ format: { indent: 4, width: 100 } }.",
    )
    .argument(
      "<file...>",
      "VCL files, folders with *.vcl, or - for standard input, which is written to standard output",
    )
    .option("--check", "write nothing, name the files that would change, and end with 1 if there are any")
    .option("--diff", "write nothing, print what would change, and end with 1 if anything would")
    .option(
      "--stdin-filename <name>",
      "what - is called in messages, and where its configuration is looked for",
    )
    .option("--indent <blanks>", "blanks of each level (default: 4)")
    .option("--width <bytes>", "bytes that a line has at most, where it can be helped (default: 100)")
    .addHelpText(
      "after",
      "\nExit code: 0 done, or nothing to do; 1 files that do not parse, or, with --check and --diff, that would change; 2 wrong usage or an unreadable file.\n\n" +
        "Examples:\n  vclc fmt main.vcl policies\n  vclc fmt --check .\n  vclc fmt - < main.vcl",
    )
    .action(async (files: readonly string[], flags: FmtFlags) => {
      const { formatFiles } = await import("../format-files.js");
      process.exitCode = await formatFiles(files, flags);
    });
}
