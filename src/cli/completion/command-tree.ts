import type { Command, Option } from "commander";

/** An option as a shell completes it. */
export interface CompletedOption {
  /** `-q`, `--quiet` */
  readonly names: readonly string[];
  readonly description: string;
  /** Something follows it: one of the choices where there are some, else mostly a path. */
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** A command as a shell completes it. */
export interface CompletedCommand {
  /** The words that lead there, `vclc` left out: `["routes", "check"]`. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  readonly commands: readonly CompletedCommand[];
  /** Words that may be arguments, where these are no files. */
  readonly words: readonly string[];
}

/** What a shell needs to know of a command and those below it. `words` are the arguments of some, by their path. */
export function commandTree(
  command: Command,
  words: Readonly<Record<string, readonly string[]>>,
  path: readonly string[] = [],
): CompletedCommand {
  const help = { short: "-h", long: "--help", description: "print help" } as Option;
  return {
    path,
    summary: command.summary(),
    options: [...command.options.filter(({ hidden }) => !hidden), help].map(completedOption),
    commands: command.commands.map((child) => commandTree(child, words, [...path, child.name()])),
    words: words[path.join(" ")] ?? command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  };
}

function completedOption({
  short,
  long,
  description,
  required,
  optional,
  argChoices,
}: Option): CompletedOption {
  return {
    names: [short, long].filter((name) => name !== undefined),
    description,
    takesValue: required || optional || false,
    choices: argChoices ?? [],
  };
}

/** A command and all below it. */
export function allCommands(command: CompletedCommand): readonly CompletedCommand[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** A text as one word of a shell: in single quotes, which hold everything but themselves. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
