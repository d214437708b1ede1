import { Command } from "commander";

/** `vclc explain CODE…` */
export function explainCommand(): Command {
  return new Command("explain")
    .summary("say what a diagnostic means, with examples")
    .description("Say what the code of a diagnostic means: a failing example, and the same put right.")
    .argument("[code...]", "codes as in the brackets behind a message; without any, all are listed")
    .addHelpText("after", "\nExample:\n  vclc explain type-mismatch")
    .action(async (codes: readonly string[]) => {
      const { explain } = await import("../explain.js");
      process.stdout.write(explain(codes));
    });
}
