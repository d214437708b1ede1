import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { analyzeSource } from "../../src/analyze/analyze-source.js";
import { generate } from "../../src/codegen/generate.js";
import { layOut } from "../../src/codegen/layout.js";
import { cutIntoPieces } from "../../src/codegen/pieces.js";
import type { Mode } from "../../src/codegen/writer.js";
import { sourceFromText } from "../../src/source/read-source.js";
import { testOptions } from "../support/compile.js";
import { fixtureCases } from "../support/fixtures.js";
import { generatedVcl } from "../support/generated-vcl.js";

const whole = Number.MAX_SAFE_INTEGER;

function emitted(vcl: string, mode: Mode): string {
  const { program } = analyzeSource(sourceFromText("main.vcl", vcl), testOptions());
  if (!program) throw new Error("the program has errors");
  return generate(program, mode).text;
}

const programs = [...fixtureCases("emit"), ...fixtureCases("compile")].map(({ name, file }) => ({
  name,
  vcl: readFileSync(file("input.vcl"), "utf8"),
}));
programs.push({ name: "600 generated lines", vcl: generatedVcl(600) });

describe.each(["typescript", "javascript"] as const)("%s, formatted in pieces", (mode) => {
  test.each(programs)("is what it is as a whole: $name", async ({ vcl }) => {
    const text = emitted(vcl, mode);
    const atOnce = await layOut(text, whole);
    // As small as pieces get, and some statements each.
    for (const length of [1, 300]) expect(await layOut(text, length)).toBe(atOnce);
  });
});

test("long text is cut into pieces of about the length asked for, on all three levels", () => {
  const site = programs.find(({ name }) => name === "site")?.vcl ?? "";
  const { pieces, open, close } = cutIntoPieces(
    emitted(site + generatedVcl(2000).replace(/^vcl 4\.1;/, ""), "typescript"),
    2000,
  );
  expect(new Set(pieces.map(({ level }) => level))).toEqual(new Set(["module", "load", "member"]));
  expect(pieces.length).toBeGreaterThan(20);
  expect(open).toMatch(/^export default defineVcl\(/);
  expect(close).toBe("});");
});
