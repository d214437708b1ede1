import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lexicalCatalog } from "../src/diagnostics/catalog/lexical.js";
import { semanticCatalog } from "../src/diagnostics/catalog/semantic.js";
import { syntaxCatalog } from "../src/diagnostics/catalog/syntax.js";
import { check, printDiagnostic } from "./support/analyze.js";
import { expectGolden, fixtureCases } from "./support/fixtures.js";

// The codes about .vcc files have their own cases in fixtures/vcc; those of loading show themselves where VCL is loaded.
const codes = Object.keys({ ...lexicalCatalog, ...syntaxCatalog, ...semanticCatalog });
/** Codes that no single file shows, with the test that does. */
const shownElsewhere: Readonly<Record<string, string>> = {
  "include-of-inline": "test/lexer",
  "include-limit": "test/lexer",
  "source-too-long": "test/analyze/extremes.test.ts",
  "diagnostics-left-out": "test/analyze/extremes.test.ts",
};
const cases = fixtureCases("diagnostics");

describe("every diagnostic has a program that triggers it", () => {
  test("there is a case for each code of the catalog, and no other", () => {
    const wanted = codes.filter((code) => !(code in shownElsewhere)).sort();
    expect(cases.map(({ name }) => name)).toEqual(wanted);
  });

  test.each(cases)("$name", (fixture) => {
    const text = readFileSync(fixture.file("input.vcl"), "latin1");
    const { diagnostics } = check({ name: "input.vcl", text, kind: "file" }, { folder: fixture.folder });
    expect(diagnostics.map(({ code }) => code)).toContain(fixture.name);
    const printed = diagnostics.map(printDiagnostic).join("").replaceAll(`${fixture.folder}/`, "");
    expectGolden(fixture.file("expected.txt"), printed);
  });
});
