import { WarmCheck } from "../../src/cli/warm/warm-check.js";
import { analyzeSource } from "../../src/analyze/analyze-source.js";
import { lintCatalog } from "../../src/diagnostics/catalog/lint.js";
import type { DiagnosticCode } from "../../src/diagnostics/catalog.js";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import type { Explanation } from "../../src/diagnostics/explanations/explanation.js";
import { nodeSourceReader } from "../../src/host/node/source-reader.js";
import type { Target } from "../../src/language/targets.js";
import { lint } from "../../src/lint/lint.js";
import { sourceFromText } from "../../src/source/read-source.js";
import type { SourceReader } from "../../src/source/source-file.js";
import { vmodFinder } from "../../src/vcc/find-vmods.js";
import { readVcc } from "../../src/vcc/read-vcc.js";

/**
 * What loading says of an example: with the global directors of a line `# global: NAME` declared, and the commands of lines `# vcl.label NAME VCL`
 * carried out after the load.
 */
export async function loadDiagnosticsOfExample(text: string): Promise<readonly Diagnostic[]> {
  const globals = [...text.matchAll(/^# global: (\S+)$/gm)].map(([, name = ""]) => name);
  const check = new WarmCheck({ vmodPath: ["test/support/vmods"] }, { globals, dns: true });
  const main = sourceFromText("main.vcl", text);
  await check.load("boot", main);
  for (const [, label = "", name = ""] of text.matchAll(/^# vcl.label (\S+) (\S+)$/gm)) {
    const at = { file: main, start: 0, end: 0 };
    await check.carryOut("vcl.label", at, (instance) => instance.label(label, name));
  }
  return (await check.end()).flatMap(({ diagnostics }) => diagnostics);
}

/** What the compiler says of an example of `vclc explain`: of a .vcc file, an import, or a program. */
export function diagnosticsOfExample(
  text: string,
  { files = {}, inline, target }: Explanation,
  code: DiagnosticCode,
): readonly Diagnostic[] {
  const reader = exampleReader(files);
  const vmods = vmodFinder(reader, { vmodPath: ["."], shipped: "src/vmod" });
  if (code === "vcc-wrong-module") {
    const found = vmods.find(/import (\w+)/.exec(text)?.[1] ?? "");
    return found && "diagnostics" in found ? found.diagnostics : [];
  }
  if (code.startsWith("vcc-")) return readVcc(sourceFromText("m.vcc", text)).diagnostics;
  const main = sourceFromText("main.vcl", text, inline ? "inline" : "file");
  const { program, diagnostics } = analyzeSource(main, { vmods, reader, vclPath: ["."] });
  // What the rules say of the examples for errors is beside their point.
  if (!program || !Object.hasOwn(lintCatalog, code)) return diagnostics;
  return lint(program, diagnostics, {}, target as Target | undefined);
}

/** The files of an example in the current folder, and those of the shipped VMODs. */
function exampleReader(files: Readonly<Record<string, string>>): SourceReader {
  return {
    read(path) {
      const text = files[path.replace(/^\.\//, "")];
      if (text !== undefined) return { text };
      return path.startsWith("src/vmod/")
        ? nodeSourceReader.read(path)
        : { error: "No such file or directory" };
    },
    glob: (pattern) => Object.keys(files).filter((name) => pattern.endsWith(name)),
  };
}
