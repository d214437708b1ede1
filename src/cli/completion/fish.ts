import { allCommands, quoted, type CompletedCommand, type CompletedOption } from "./command-tree.js";

/** The completion script for fish, with what each word means. */
export function fishScript(root: CompletedCommand): string {
  const all = allCommands(root);
  const lines = all.flatMap((command) => [
    ...command.commands.map(
      ({ path, summary }) => `${begin(command)} -f -a ${quoted(path.at(-1) ?? "")} -d ${quoted(summary)}`,
    ),
    ...(command.words.length > 0 ? [`${begin(command)} -a ${quoted(command.words.join(" "))}`] : []),
    ...command.options.map((option) => `${begin(command)}${optionText(option)}`),
  ]);
  const paths = all.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path.join(" ")));
  return `# Completion of vclc in fish: vclc completion fish | source
function __vclc_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim -- "$at $word")
    contains -- $next ${paths.join(" ")}; and set at $next
  end
  test "$at" = "$argv"
end
${lines.join("\n")}
`;
}

function begin({ path }: CompletedCommand): string {
  return `complete -c vclc -n ${quoted(`__vclc_at ${path.join(" ")}`.trim())}`;
}

function optionText({ names, description, takesValue, choices }: CompletedOption): string {
  const named = names.map((name) =>
    name.startsWith("--") ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`,
  );
  const value = choices.length > 0 ? ` -x -a ${quoted(choices.join(" "))}` : takesValue ? " -r" : "";
  return `${named.join("")}${value} -d ${quoted(description)}`;
}
