import { fileURLToPath } from "node:url";
import { compileToJavaScript, compileToTypeScript, type CompileOptions } from "../../src/compile.js";
import type { JavaScriptOutput } from "../../src/codegen/javascript.js";
import type { ModuleOutput } from "../../src/codegen/formatted-module.js";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { nodeSourceReader } from "../../src/host/node/source-reader.js";
import { sourceFromText } from "../../src/source/read-source.js";
import type { SourceReader } from "../../src/source/source-file.js";
import { vmodFinder } from "../../src/vcc/find-vmods.js";

const shipped = fileURLToPath(new URL("../../src/vmod", import.meta.url));

/** Options that find the shipped VMODs and the files given. */
export function testOptions(files: Readonly<Record<string, string>> = {}): CompileOptions {
  const included: SourceReader = {
    read: (path) => {
      const text = files[path.replace(/^\/vcl\//, "")];
      return text === undefined ? nodeSourceReader.read(path) : { text };
    },
    glob: () => [],
  };
  return { reader: included, vclPath: ["/vcl"], vmods: vmodFinder(nodeSourceReader, { shipped }) };
}

/** Compiles VCL that is known to be right; anything else fails the test with its diagnostics. */
export async function compiled(
  text: string,
  name = "main.vcl",
  options = testOptions(),
): Promise<ModuleOutput> {
  const { output, diagnostics } = await compileToTypeScript(sourceFromText(name, text), options);
  return output ?? fail(diagnostics);
}

/** The same, for loading into this process. */
export function compiledToLoad(text: string, name = "main.vcl", options = testOptions()): JavaScriptOutput {
  const { output, diagnostics } = compileToJavaScript(sourceFromText(name, text), options);
  return output ?? fail(diagnostics);
}

function fail(diagnostics: readonly Diagnostic[]): never {
  throw new Error(
    diagnostics.map(({ code, message, span }) => `${span.start} ${code}: ${message}`).join("\n"),
  );
}
