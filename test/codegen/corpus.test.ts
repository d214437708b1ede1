import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compileToJavaScript, compileToTypeScript, type CompileOptions } from "../../src/compile.js";
import { loadJavaScript } from "../../src/codegen/load.js";
import * as runtime from "../../src/runtime/index.js";
import { nodeSourceReader } from "../../src/host/node/source-reader.js";
import { sourceFromText } from "../../src/source/read-source.js";
import { vmodFinder } from "../../src/vcc/find-vmods.js";
import { checkCases, corpusCases, type ConformanceCase } from "../support/conformance.js";
import { strictDiagnostics } from "../support/strict.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const shipped = join(root, "src/vmod");
const vmodPath = [join(root, "test/support/vcc")];
/** Whether a module has an implementation here, so that the emitted code can be checked against it. */
const isImplemented = (name: string) => existsSync(join(shipped, name, "index.ts"));

function optionsFor({ files = {} }: ConformanceCase): CompileOptions {
  const read = (path: string) => {
    const text = files[path] ?? files[path.replace(/^.*\//, "")];
    return text === undefined ? nodeSourceReader.read(path) : { text };
  };
  return {
    reader: { read, glob: () => [] },
    vclPath: ["/etc/varnish"],
    vmods: vmodFinder(nodeSourceReader, { shipped, vmodPath }),
  };
}

const cases = [...(corpusCases() ?? []), ...(checkCases() ?? [])];

describe.skipIf(cases.length === 0)(
  "every program of the reference corpus that is right (skipped where the corpus is absent)",
  () => {
    test("is written, formatted and aligned without an internal error, and passes strict tsc", async () => {
      const modules = new Map<string, string>();
      for (const one of cases) {
        const { output } = await compileToTypeScript(
          sourceFromText(`${one.id}.vcl`, one.vcl),
          optionsFor(one),
        );
        const imports = [
          ...(output?.text.matchAll(/from "vclc\/vmod\/(\w+)"|from "[^"]*\/vcc\/(\w+)\.js"/g) ?? []),
        ];
        const known = imports.every(([, name = ""]) => isImplemented(name));
        if (output && known) modules.set(join(root, `fixtures/corpus-${one.id}.ts`), output.text);
      }
      console.log(`${modules.size} programs of ${cases.length} checked with tsc`);
      expect(strictDiagnostics(modules)).toBe("");
    }, 300_000);

    test("loads into this process", () => {
      for (const one of cases) {
        const { output } = compileToJavaScript(sourceFromText(`${one.id}.vcl`, one.vcl), optionsFor(one));
        if (!output) continue;
        const vmods = new Map(output.imports.map(({ alias }) => [alias, {}]));
        expect(loadJavaScript(output, { runtime, vmods }).load, one.id).toBeTypeOf("function");
      }
    }, 60_000);
  },
);
