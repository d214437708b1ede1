import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { childKeys } from "../../src/parser/visit.js";
import { compiled } from "../support/compile.js";
import { expectGolden, fixtureCases } from "../support/fixtures.js";

describe("every node kind is written as its fixture shows", () => {
  const cases = fixtureCases("emit");

  test.for(cases)("$name", async ({ file }) => {
    const { text } = await compiled(readFileSync(file("input.vcl"), "utf8"), "input.vcl");
    expectGolden(file("expected.ts"), text);
  });

  test("every kind of the syntax tree has a fixture of its name", () => {
    expect(cases.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(childKeys)));
  });
});

describe("whole programs are written as their fixtures show", () => {
  test.for(fixtureCases("compile"))("$name", async ({ file }) => {
    const { text } = await compiled(readFileSync(file("input.vcl"), "utf8"), "main.vcl");
    expectGolden(file("expected.ts"), text);
  });
});
