import { Command, Option } from "commander";
import type { CompilerFlags } from "../analyze-options.js";
import { addCompilerOptions, rootOption } from "../compiler-options.js";

const emitKinds = ["ts", "js", "ast", "tokens", "graph"] as const;

/** What can be made of VCL. */
export type EmitKind = (typeof emitKinds)[number];

export interface CompileFlags extends CompilerFlags {
  /** Folder to write to; `-` is stdout. */
  readonly output?: string;
  readonly emit?: EmitKind;
  readonly graphFormat?: "dot" | "mermaid";
  readonly check?: boolean;
}

/** `vclc compile FILE…` */
export function compileCommand(): Command {
  const command = new Command("compile")
    .summary("compile VCL files to TypeScript modules")
    .description(
      "Compile VCL files: FILE becomes FILE.ts with its source map FILE.ts.map, or what --emit says: " +
        "FILE.js with its map, the syntax tree (FILE.ast.json), the tokens (FILE.tokens.jsonl), " +
        "which sub calls which (FILE.dot or FILE.mmd).",
    )
    .argument("<file...>", "VCL files; each becomes a module of its own")
    .option("-o, --output <dir>", "folder to write to; - prints instead (default: beside each file)")
    .addOption(new Option("--emit <what>", "what to make (default: ts)").choices(emitKinds))
    .addOption(
      new Option("--graph-format <format>", "language of --emit graph (default: dot)").choices([
        "dot",
        "mermaid",
      ]),
    )
    .addOption(rootOption())
    .option("--check", "write nothing; exit 1 when what is on disk differs from what would be written");
  return addCompilerOptions(command)
    .addHelpText(
      "after",
      "\nExit code: 0 done, 1 errors in the VCL (or a difference, with --check), 2 wrong usage or an unreadable file.\n\n" +
        "Examples:\n  vclc compile main.vcl                      (writes main.vcl.ts and main.vcl.ts.map)\n" +
        "  vclc compile policies/*.vcl -o generated\n  vclc compile --emit graph main.vcl -o -    (prints it for Graphviz)\n  vclc compile --check policies/*.vcl        (in CI: are the generated files up to date?)",
    )
    .action(async (files: readonly string[], flags: CompileFlags) => {
      const { compileFiles } = await import("../compile-files.js");
      process.exitCode = await compileFiles(files, flags);
    });
}
