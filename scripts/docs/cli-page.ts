import type { Command } from "commander";
import { wholeProgram } from "../../src/cli/main.js";
import { code, escapeMarkdown, fenced, generatedFrom } from "./markdown.js";

/** docs/cli.md: every command with its arguments and options, as `--help` has them. */
export async function cliPage(): Promise<ReadonlyMap<string, string>> {
  const program = await wholeProgram();
  const commands = program.commands.filter((command) => command.name() !== "help");
  const rows = commands.map(
    (command) =>
      `| [vclc ${command.name()}](#vclc-${command.name()}) | ${escapeMarkdown(command.summary())} |`,
  );
  const head = `# Commands

${generatedFrom("src/cli/commands")}
${escapeMarkdown(program.description())} \`vclc COMMAND --help\` prints the same.

| command | what for |
| --- | --- |
${rows.join("\n")}
`;
  const sections = commands.flatMap((command) => section(command, "##", "vclc"));
  return new Map([["docs/cli.md", [head, ...sections].join("\n")]]);
}

function section(command: Command, level: string, parent: string): readonly string[] {
  const name = `${parent} ${command.name()}`;
  const below = command.commands.filter((one) => one.name() !== "help");
  const own = [
    `${level} ${name}\n`,
    `${escapeMarkdown(command.description())}\n`,
    fenced(`${name} ${command.usage()}`),
    list(command.registeredArguments.map((argument) => [argument.name(), argument.description] as const)),
    list(
      command.options
        .filter(({ hidden }) => !hidden)
        .map((option) => [option.flags, option.description + choices(option)] as const),
    ),
    fencedAfter(command),
  ];
  return [...own.filter((part) => part !== ""), ...below.flatMap((one) => section(one, `${level}#`, name))];
}

function choices({ argChoices }: { readonly argChoices?: readonly string[] | undefined }): string {
  return argChoices === undefined ? "" : `; one of ${argChoices.join(", ")}`;
}

function list(entries: readonly (readonly [name: string, description: string])[]): string {
  return entries.map(([name, description]) => `- ${code(name)}: ${escapeMarkdown(description)}\n`).join("");
}

/** What a command's help ends with: exit codes and examples. */
function fencedAfter(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (piece) => void (text += piece) }).outputHelp();
  const after = text.slice(command.helpInformation().length).trim();
  return after === "" ? "" : fenced(after);
}
