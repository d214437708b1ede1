import { Argument, Command } from "commander";

const shells = ["bash", "zsh", "fish"] as const;

/** `vclc completion SHELL`; `whole` makes the program with all its commands. */
export function completionCommand(whole: () => Promise<Command>): Command {
  return new Command("completion")
    .summary("print what makes a shell complete commands and options")
    .description(
      "Print a script for a shell, which then completes the commands, options and choices of vclc.",
    )
    .addArgument(new Argument("<shell>", "the shell that it is for").choices(shells))
    .addHelpText(
      "after",
      "\nExamples:\n  vclc completion bash > ~/.local/share/bash-completion/completions/vclc\n" +
        "  vclc completion zsh > ~/.zfunc/_vclc        (a folder of $fpath)\n" +
        "  vclc completion fish > ~/.config/fish/completions/vclc.fish",
    )
    .action(async (shell: (typeof shells)[number]) => {
      const { completionScript } = await import("../completion/completion-script.js");
      process.stdout.write(completionScript(shell, await whole()));
    });
}
