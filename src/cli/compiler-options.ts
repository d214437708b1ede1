import { InvalidArgumentError, Option, type Command } from "commander";
import { systemVclPath } from "./analyze-options.js";
import type { ColorWhen } from "./use-color.js";

/** Adds `--vcl-path`, `--vmod-path`, `--syntax` and `--color` to a command. */
export function addCompilerOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--vcl-path <dirs>",
        `folders of included files, separated by ":" (default: the file's own, then ${systemVclPath.join(":")})`,
      ).argParser(addFolders),
    )
    .addOption(vmodPathOption())
    .addOption(
      new Option(
        "--syntax <version>",
        "VCL version to compile as, whatever the file declares: 4.0 or 4.1",
      ).argParser(parseSyntax),
    )
    .addOption(colorOption());
}

function addFolders(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(":").filter((folder) => folder !== "")];
}

function parseSyntax(value: string): 40 | 41 {
  if (value === "4.0") return 40;
  if (value === "4.1") return 41;
  throw new InvalidArgumentError("It must be 4.0 or 4.1.");
}

/** `--vmod-path`, for every command that reads interfaces of VMODs. */
export function vmodPathOption(): Option {
  return new Option(
    "--vmod-path <dirs>",
    'folders of VMODs (NAME.vcc beside NAME.ts or NAME.js), separated by ":"',
  ).argParser(addFolders);
}

/** `--root`, for commands that read what strangers have written. */
export function rootOption(): Option {
  return new Option(
    "--root <dirs>",
    'read nothing outside of these folders, separated by ":", wherever paths and links lead (default: the folders of the files, of --vcl-path and of --vmod-path)',
  ).argParser(addFolders);
}

/** `--color`, for every command that prints diagnostics. */
export function colorOption(): Option {
  return new Option("--color <when>", "colour diagnostics; auto: on a terminal, unless NO_COLOR is set")
    .choices(["auto", "always", "never"] satisfies ColorWhen[])
    .default("auto");
}
