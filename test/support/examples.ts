import { analyzeSource } from "../../src/compile.js";
import type { DiagnosticCode } from "../../src/diagnostics/catalog.js";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import type { Explanation } from "../../src/diagnostics/explanations/explanation.js";
import { nodeSourceReader } from "../../src/host/node/source-reader.js";
import { sourceFromText } from "../../src/source/read-source.js";
import type { SourceReader } from "../../src/source/source-file.js";
import { vmodFinder } from "../../src/vcc/find-vmods.js";
import { readVcc } from "../../src/vcc/read-vcc.js";

/** What the compiler says of an example of `vclc explain`: of a .vcc file, an import, or a program. */
export function diagnosticsOfExample(
  text: string,
  { files = {}, inline }: Explanation,
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
  return analyzeSource(main, { vmods, reader, vclPath: ["."] }).diagnostics;
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
