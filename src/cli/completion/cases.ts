import type { CompletedCommand } from "./command-tree.js";

/** The arm of a `case` that goes on to each command: `" check"`, `"routes check"`. */
export function walkCase(all: readonly CompletedCommand[]): string {
  const patterns = all
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => `"${path.slice(0, -1).join(" ")} ${path.at(-1)}"`);
  return `      ${patterns.join("|")}) at="\${at:+$at }$word" ;;`;
}

/** Arms for the options that something follows: its choices, or anything. */
export function valueCases(
  all: readonly CompletedCommand[],
  withChoices: (choices: readonly string[]) => string,
  withAny: string,
): string {
  const arms = all.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ names, choices }) => {
        const patterns = names.map((name) => `"${path.join(" ")} ${name}"`).join("|");
        return `    ${patterns}) ${choices.length > 0 ? withChoices(choices) : withAny} ;;`;
      }),
  );
  return arms.join("\n");
}

/** An arm for each command. */
export function caseLines(
  all: readonly CompletedCommand[],
  line: (command: CompletedCommand) => string,
): string {
  return all.map((command) => `      "${command.path.join(" ")}") ${line(command)} ;;`).join("\n");
}
