import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse, VclParser } from "../../src/parser/parse.js";
import { childKeys, visit } from "../../src/parser/visit.js";
import { sourceFromText } from "../../src/source/read-source.js";
import { expectGolden, fixtureCases } from "../support/fixtures.js";
import { memoryReader, printDiagnostics, printTree } from "../support/print-syntax.js";

const options = { reader: memoryReader(), vclPath: [] };
const parseText = (text: string) => parse(sourceFromText("input.vcl", text), options);

describe("S4 front: tokens to a tree", () => {
  const cases = fixtureCases("parse");

  for (const { name, file } of cases) {
    test(`fixtures/parse/${name}`, () => {
      const { program, diagnostics } = parseText(readFileSync(file("input.vcl"), "utf8"));
      expect(printDiagnostics(diagnostics)).toBe("");
      expectGolden(file("expected.txt"), printTree(program));
    });
  }

  test("every node kind has a fixture of its name, which has such a node", () => {
    for (const kind of Object.keys(childKeys)) {
      const fixture = cases.find(({ name }) => name === kind);
      expect(fixture, kind).toBeDefined();
      const { program } = parseText(readFileSync(fixture!.file("input.vcl"), "utf8"));
      let found = false;
      visit(program, { [kind]: () => void (found = true) });
      expect(found, kind).toBe(true);
    }
  });

  test("the grammar is free of ambiguities and left recursion", () => {
    expect(() => new VclParser({ skipValidations: false })).not.toThrow();
  });

  test("an include may bring a part of an expression", () => {
    const main = sourceFromText("m", 'vcl 4.1; sub s { set req.url = "a" + include "/x"; + "c"; }');
    const reader = memoryReader({ "/x": '"b"' });
    const { program, diagnostics } = parse(main, { reader, vclPath: [] });
    expect(diagnostics).toEqual([]);
    expect(printTree(program)).toContain('StringLiteral value="b" form="short" [/x 1:1-1:4]');
  });

  test("a visit can stay out of what is in a node", () => {
    const { program } = parseText("vcl 4.1; sub a { if (b) { call c; } } sub d { call e; }");
    const seen: string[] = [];
    visit(program, {
      SubDeclaration: ({ name }) => name.text !== "a",
      Identifier: ({ text }) => void seen.push(text),
    });
    expect(seen).toEqual(["d", "e"]);
  });
});
