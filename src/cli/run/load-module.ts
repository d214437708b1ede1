import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { loadJavaScript } from "../../codegen/load.js";
import type { JavaScriptOutput } from "../../codegen/javascript.js";
import { compileToJavaScript } from "../../compile.js";
import { reportText } from "../../diagnostics/reporters/text.js";
import { loadVmod, VmodLoadFailure, type VmodNamespace } from "../../host/node/vmod-loader.js";
import type { ImportFact } from "../../analyze/program.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { nodeSourceReader } from "../../host/node/source-reader.js";
import { builtinVcl } from "../../language/builtin-vcl.js";
import type { CompiledVcl, ShownSource, VclCompiler } from "../../runtime/command/index.js";
import * as runtime from "../../runtime/index.js";
import { CommandFailure, type VclModule } from "../../runtime/index.js";
import type { SourceFile, SourceReader } from "../../source/source-file.js";
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

/** The compiler of start-up: diagnostics go to stderr, and what does not compile ends the command. */
export function printingCompiler(flags: CompilerFlags): VclCompiler {
  const report: Report = (diagnostics) => {
    process.stderr.write(reportText(diagnostics, { color: useColor(process.stderr, flags.color) }));
    return "";
  };
  return compilerOf(flags, report);
}

/** The compiler of the command port: diagnostics go into the reply. */
export function answeringCompiler(flags: CompilerFlags): VclCompiler {
  const answering = async (
    compile: (compiler: VclCompiler) => Promise<CompiledVcl>,
  ): Promise<CompiledVcl> => {
    let diagnosed = "";
    const report: Report = (diagnostics) => (diagnosed = reportText(diagnostics, { color: false }));
    try {
      return await compile(compilerOf(flags, report));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      throw new CommandFailure(106, `${diagnosed}${error.message}\nVCL compilation failed`);
    }
  };
  return {
    file: (path) => answering((compiler) => compiler.file(path)),
    text: (name, text) => answering((compiler) => compiler.text(name, text)),
  };
}

/** Takes what the compiler has to say of a source; answers with what its caller is to hear of it. */
type Report = (diagnostics: readonly Diagnostic[]) => string;

function compilerOf(flags: CompilerFlags, report: Report): VclCompiler {
  return {
    file: async (path) => loadSource(readMainFile(findFile(path, flags)), flags, report),
    text: (name, text) => loadSource({ name, text, kind: "inline" }, flags, report),
  };
}

async function loadSource(source: SourceFile, flags: CompilerFlags, report: Report): Promise<CompiledVcl> {
  const sources: ShownSource[] = [{ name: source.name, text: source.text }];
  const options = analyzeOptions(source.name, flags);
  const { output, diagnostics } = compileToJavaScript(source, { ...options, reader: noting(sources) });
  const { lines, others } = unreadableIncludes(diagnostics);
  const warnings = others.length > 0 ? report(others) : "";
  if (lines.length > 0) throw new CliError(lines.join("\nvclc: "));
  if (!output) throw new CliError(`${source.name} does not compile`, 1);
  sources.push({ name: "<builtin>", text: builtinVcl });
  return { module: await linkModule(output), sources, warnings };
}

/** Makes a module of this process out of what the compiler made, with the VMODs that it imports. */
export async function linkModule(output: JavaScriptOutput): Promise<VclModule> {
  const vmods = new Map<string, VmodNamespace>();
  for (const fact of output.imports) vmods.set(fact.alias, await implementation(fact));
  return loadJavaScript(output, { runtime, vmods });
}

/** Reads included files, and notes them for `vcl.show`. */
function noting(sources: ShownSource[]): SourceReader {
  return {
    ...nodeSourceReader,
    read(path) {
      const content = nodeSourceReader.read(path);
      if ("text" in content) sources.push({ name: path, text: content.text });
      return content;
    },
  };
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
export function findFile(path: string, flags: CompilerFlags): string {
  if (isAbsolute(path) || existsSync(path)) return path;
  return (
    flags.vclPath?.map((folder) => join(folder, path)).find((candidate) => existsSync(candidate)) ?? path
  );
}
