import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { fixtureCases } from "../support/fixtures.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What the project's own code is checked with, and unused locals besides. */
function strictOptions(): ts.CompilerOptions {
  const path = join(root, "tsconfig.json");
  const { options } =
    ts.getParsedCommandLineOfConfigFile(
      path,
      {},
      { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
    ) ?? {};
  return { ...options, noUnusedLocals: true };
}

test("every emitted module passes tsc with the strictest settings", () => {
  const files = ["emit", "compile"]
    .flatMap((phase) => fixtureCases(phase))
    .map(({ file }) => file("expected.ts"))
    .filter((path) => existsSync(path));
  expect(files.length).toBeGreaterThan(30);
  const options = strictOptions();
  expect(options).toMatchObject({
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
  });
  const program = ts.createProgram(files, options);
  const found = files.flatMap((path) => {
    const file = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  });
  const host = {
    getCanonicalFileName: (name: string) => name,
    getCurrentDirectory: () => root,
    getNewLine: () => "\n",
  };
  expect(ts.formatDiagnostics(found, host)).toBe("");
}, 60_000);
