import { dirname, join, relative, sep } from "node:path";
import { makeFolders } from "../host/node/make-folders.js";
import { reportText } from "../diagnostics/reporters/text.js";
import { systemReason } from "../host/node/system-reason.js";
import { readVcc } from "../vcc/read-vcc.js";
import { vmodDeclarations, vmodTypes } from "../vcc/typescript-interface.js";
import type { VmodInterface } from "../vcc/vmod-interface.js";
import { CliError } from "./cli-error.js";
import type { VmodFlags } from "./commands/vmod.js";
import { readMainFile } from "./analyze-options.js";
import { differenceOf, writeFiles } from "./output-files.js";
import { useColor } from "./use-color.js";

/** Writes the TypeScript interface of a `.vcc`, or its declarations, formatted, and prints what is wrong with it. Answers with the exit code. */
export async function writeVmodTypes(path: string, flags: VmodFlags): Promise<0 | 1> {
  const { interface: vmod, diagnostics } = readVcc(readMainFile(path));
  if (diagnostics.length > 0) {
    process.stderr.write(reportText(diagnostics, { color: useColor(process.stderr, flags.color) }));
  }
  if (!vmod) return 1;
  const target = flags.output ?? (flags.declare ? `${path.replace(/\.vcc$/, "")}.d.ts` : `${path}.ts`);
  const { format } = await import("prettier");
  const text = await format(textFor(vmod, path, target, flags), { parser: "typescript", printWidth: 110 });
  const output = { path: target, text };
  if (flags.check) {
    if (!differenceOf(output)) return 0;
    process.stdout.write(`${target} is not what ${path} describes\n`);
    return 1;
  }
  try {
    makeFolders(dirname(target));
    writeFiles([output]);
  } catch (error) {
    throw new CliError(`cannot write ${target}: ${systemReason(error)}`);
  }
  process.stdout.write(`${target}\n`);
  return 0;
}

function textFor(vmod: VmodInterface, path: string, target: string, { declare }: VmodFlags): string {
  if (declare) return vmodDeclarations(vmod, { generator: "`vclc vmod --declare`" });
  const implementation = moduleSpecifier(dirname(target), join(dirname(path), `${vmod.name}.js`));
  return vmodTypes(vmod, { generator: "`vclc vmod`", implementation });
}

function moduleSpecifier(from: string, to: string): string {
  const path = relative(from, to).split(sep).join("/");
  return path.startsWith("../") ? path : `./${path}`;
}
