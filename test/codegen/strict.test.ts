import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixtureCases } from "../support/fixtures.js";
import { strictDiagnostics, strictOptions } from "../support/strict.js";

test("every emitted module passes tsc with the strictest settings", () => {
  const files = ["emit", "compile"]
    .flatMap((phase) => fixtureCases(phase))
    .map(({ file }) => file("expected.ts"))
    .filter((path) => existsSync(path));
  expect(files.length).toBeGreaterThan(30);
  expect(strictOptions()).toMatchObject({
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
  });
  expect(strictDiagnostics(new Map(files.map((path) => [path, readFileSync(path, "utf8")])))).toBe("");
}, 60_000);
