import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { loadJavaScript } from "../../codegen/load.js";
import { compileToJavaScript } from "../../compile.js";
import { reportText } from "../../diagnostics/reporters/text.js";
import { loadVmod, VmodLoadFailure, type VmodNamespace } from "../../host/node/vmod-loader.js";
import type { ImportFact } from "../../analyze/program.js";
import * as runtime from "../../runtime/index.js";
import type { VclModule } from "../../runtime/index.js";
import type { SourceFile } from "../../source/source-file.js";
import { CliError } from "../cli-error.js";
import { analyzeOptions, readMainFile, type CompilerFlags } from "../compiler-options.js";
import { unreadableIncludes } from "../unreadable-includes.js";
import { useColor } from "../use-color.js";

/** The shipped VMODs; each is loaded when a VCL first imports it. */
export const shippedVmods: Readonly<Record<string, () => Promise<VmodNamespace>>> = {
  accept: () => import("../../vmod/accept/index.js"),
  blob: () => import("../../vmod/blob/index.js"),
  cookie: () => import("../../vmod/cookie/index.js"),
  directors: () => import("../../vmod/directors/index.js"),
  header: () => import("../../vmod/header/index.js"),
  math: () => import("../../vmod/math/index.js"),
  purge: () => import("../../vmod/purge/index.js"),
  std: () => import("../../vmod/std/index.js"),
  str: () => import("../../vmod/str/index.js"),
  svc: () => import("../../vmod/svc/index.js"),
  unix: () => import("../../vmod/unix/index.js"),
  var: () => import("../../vmod/var/index.js"),
};

/** Compiles a file for this process. What is wrong with it is printed with its place. */
export function loadFile(path: string, flags: CompilerFlags): Promise<VclModule> {
  return loadSource(readMainFile(findFile(path, flags)), flags);
}

/** Compiles VCL given on the command line. */
export function loadText(name: string, text: string, flags: CompilerFlags): Promise<VclModule> {
  return loadSource({ name, text, kind: "inline" }, flags);
}

async function loadSource(source: SourceFile, flags: CompilerFlags): Promise<VclModule> {
  const { output, diagnostics } = compileToJavaScript(source, analyzeOptions(source.name, flags));
  const { lines, others } = unreadableIncludes(diagnostics);
  if (others.length > 0) {
    process.stderr.write(reportText(others, { color: useColor(process.stderr, flags.color) }));
  }
  if (lines.length > 0) throw new CliError(lines.join("\nvclc: "));
  if (!output) throw new CliError(`${source.name} does not compile`, 1);
  const vmods = new Map<string, VmodNamespace>();
  for (const fact of output.imports) vmods.set(fact.alias, await implementation(fact));
  return loadJavaScript(output, { runtime, vmods });
}

async function implementation({ origin, vmod }: ImportFact): Promise<VmodNamespace> {
  if (origin.kind === "shipped") {
    const load = shippedVmods[vmod.name];
    if (!load) {
      throw new CliError(
        `VMOD ${vmod.name} has no implementation here, only its interface: compile with it, or give one with --vmod-path`,
      );
    }
    return load();
  }
  try {
    return await loadVmod(origin.path, vmod);
  } catch (error) {
    throw error instanceof VmodLoadFailure ? new CliError(error.message) : error;
  }
}

/** A relative path is looked for in the current folder, then in those of `--vcl-path`. */
function findFile(path: string, flags: CompilerFlags): string {
  if (isAbsolute(path) || existsSync(path)) return path;
  return (
    flags.vclPath?.map((folder) => join(folder, path)).find((candidate) => existsSync(candidate)) ?? path
  );
}
