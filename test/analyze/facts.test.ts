import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { check, printDiagnostic } from "../support/analyze.js";
import { expectGolden, fixtureCases } from "../support/fixtures.js";
import { printProgram } from "../support/print-program.js";

test.each(fixtureCases("analyze"))("$name: the facts are those of its golden file", (fixture) => {
  const text = readFileSync(fixture.file("input.vcl"), "latin1");
  const { program, diagnostics } = check({ name: "input.vcl", text, kind: "file" });
  expect(diagnostics.map(printDiagnostic)).toEqual([]);
  expect(program).toBeDefined();
  if (program) expectGolden(fixture.file("expected.txt"), printProgram(program));
});
