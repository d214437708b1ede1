import { Command } from "commander";
import { colorOption } from "../compiler-options.js";
import type { ColorWhen } from "../use-color.js";

export interface VmodFlags {
  readonly output?: string;
  readonly check?: boolean;
  /** The VMOD has no implementation here: write what modules that import it need. */
  readonly declare?: boolean;
  readonly color?: ColorWhen;
}

/** `vclc vmod NAME.vcc` */
export function vmodCommand(): Command {
  return new Command("vmod")
    .summary("write the TypeScript interface of a VMOD from its .vcc")
    .description(
      "Write the TypeScript interface that the implementation of a VMOD has to satisfy, with the documentation of its .vcc. " +
        "NAME.ts beside the .vcc is checked against it: it does not compile while a signature differs.",
    )
    .argument("<file>", "the VMOD's .vcc file")
    .option(
      "-o, --output <file>",
      "file to write (default: FILE.ts, so NAME.vcc.ts; with --declare NAME.d.ts)",
    )
    .option(
      "--declare",
      "write declarations instead, for a VMOD that has no implementation here: emitted modules type-check with them",
    )
    .option("--check", "write nothing; exit 1 when what is on disk differs from what would be written")
    .addOption(colorOption())
    .addHelpText(
      "after",
      "\nExit code: 0 done, 1 errors in the .vcc (or a difference, with --check), 2 wrong usage or an unreadable file.\n\n" +
        "Examples:\n  vclc vmod greet.vcc                  (writes greet.vcc.ts; greet.ts implements it)\n" +
        "  vclc vmod --declare greet.vcc        (writes greet.d.ts; VCL that imports greet compiles, but does not run)\n" +
        "  vclc vmod greet.vcc -o types/greet.ts\n  vclc vmod --check greet.vcc          (in CI: is the interface up to date?)",
    )
    .action(async (file: string, flags: VmodFlags) => {
      const { writeVmodTypes } = await import("../vmod-types.js");
      process.exitCode = await writeVmodTypes(file, flags);
    });
}
