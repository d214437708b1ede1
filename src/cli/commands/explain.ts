import { Command } from "commander";
import type { CompilerFlags } from "../analyze-options.js";
import { vmodPathOption } from "../compiler-options.js";

/** `vclc explain WORD…` */
export function explainCommand(): Command {
  return new Command("explain")
    .summary("say what a diagnostic, a variable, a sub, an action or a VMOD's function means")
    .description(
      "Say what the code of a diagnostic means: a failing example, and the same put right. Of a word of VCL (a variable, a sub, an action, a statement, a type, a field such as .probe), a VMOD or " +
        "one of its functions: its type, where it is legal, and what it does.",
    )
    .argument(
      "[word...]",
      "codes as in the brackets behind a message, words of VCL; without any, all are listed",
    )
    .addOption(vmodPathOption())
    .addHelpText(
      "after",
      "\nExamples:\n  vclc explain type-mismatch\n  vclc explain beresp.ttl vcl_hit 'return(hash)' hash_data .probe DURATION\n  vclc explain std.integer directors.shard",
    )
    .action(async (words: readonly string[], flags: Pick<CompilerFlags, "vmodPath">) => {
      const { explain } = await import("../explain/explain.js");
      const { analyzeOptions } = await import("../analyze-options.js");
      process.stdout.write(explain(words, analyzeOptions(".", flags).vmods));
    });
}
