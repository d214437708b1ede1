import { analyze } from "../analyze/analyze.js";
import { builtinVcl } from "../language/builtin-vcl.js";
import { parse } from "../parser/parse.js";
import type { SourceFile } from "../source/source-file.js";
import { generate } from "./generate.js";
import { finishModule } from "./formatted-module.js";

const source: SourceFile = { name: "<builtin>", kind: "builtin", text: builtinVcl };

/** The file of the runtime that has a name; through the runtime's index the built-in module would import itself. */
function runtimeFile(name: string): string {
  if (name === "defineVcl") return "./vcl/vpi.js";
  return /^[A-Z]/.test(name) ? "./task.js" : "./values/index.js";
}

/** The text of the runtime's built-in module: builtin.vcl, compiled by the compiler that it belongs to. */
export async function builtinModule(): Promise<string> {
  const nothing = { read: () => ({ error: "nothing is included" }), glob: () => [] };
  const { program: syntax } = parse(source, { reader: nothing, vclPath: [] });
  const { program, diagnostics } = analyze(syntax, { vmods: { find: () => undefined }, builtin: "none" });
  if (!program)
    throw new Error(`builtin.vcl is wrong: ${diagnostics.map(({ message }) => message).join("; ")}`);
  const { text } = await finishModule(
    generate(program, "typescript", {
      displayName: () => "builtin.vcl",
      runtimeSpecifier: runtimeFile,
    }),
  );
  return text;
}
