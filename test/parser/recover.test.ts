import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "../../src/parser/parse.js";
import { sourceFromText } from "../../src/source/read-source.js";
import { expectGolden, fixtureCases } from "../support/fixtures.js";
import { memoryReader, printDiagnostics } from "../support/print-syntax.js";

const options = { reader: memoryReader(), vclPath: [] };
const diagnosticsOf = (text: string) => parse(sourceFromText("input.vcl", text), options).diagnostics;
const inSub = (text: string) => diagnosticsOf(`vcl 4.1;\nsub s {\n${text}\n}\nsub t { }\n`);

describe("S4 front: mistakes", () => {
  for (const { name, file } of fixtureCases("recover")) {
    test(`fixtures/recover/${name}`, () => {
      const diagnostics = diagnosticsOf(readFileSync(file("input.vcl"), "utf8"));
      expectGolden(file("expected.txt"), printDiagnostics(diagnostics));
    });
  }

  test("ten mistakes in one file are ten diagnostics, in order", () => {
    const diagnostics = diagnosticsOf(readFileSync("fixtures/recover/ten-mistakes/input.vcl", "utf8"));
    expect(diagnostics).toHaveLength(10);
    const starts = diagnostics.map(({ span }) => span.start);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });

  const mistakes = [
    'set req.url "a";',
    "set req.url = ;",
    "set = 5;",
    'set req.url = "a" + ;',
    'set req.url = "a" "b";',
    "unset ;",
    "unset req.;",
    "call ;",
    "if req.url { call t; }",
    "if (req.url { call t; }",
    "if (req.url == ) { call t; } else { call t; }",
    "if (a = b) { call t; } elseif (c) { call t; } else { call t; }",
    "if (a) { call t; } elsfe (b) { call t; } else { call t; }",
    "if (a b) { call t; } else if (c) { call t; }",
    "foo;",
    "foo.bar;",
    "foo { call t; }",
    "error 404;",
    "return (synth(404;",
    "return pass;",
    "return (pass));",
    "new a b.c();",
    "new a = b.c(;",
    "hash_data req.url;",
    "std.log(;",
    "std.log(a b);",
    "std.log(a,, b);",
    "x.y(n = );",
    "set a = 'b';",
    "set a = b ? c : d;",
    'set a = "b;',
    "set a = 1.2345;",
    "set a = (b;",
    "set a = b);",
    "set a = b[1];",
    ") foo (",
    "= ;",
    "5;",
  ];

  for (const mistake of mistakes) {
    test(`one diagnostic: ${mistake}`, () => {
      expect(printDiagnostics(inSub(`  call a;\n  ${mistake}\n  call b;`)).match(/ error /g)).toHaveLength(1);
    });
  }

  test("each of the mistakes counts once when all are in one sub", () => {
    const diagnostics = inSub(mistakes.map((mistake) => `  ${mistake}\n  call t;`).join("\n"));
    expect(diagnostics.length).toBe(mistakes.length);
  });

  const towers: Record<string, (depth: number) => string> = {
    parentheses: (n) => `set a = ${"(".repeat(n)}b${")".repeat(n)};`,
    calls: (n) => `set a = ${"f(x = ".repeat(n)}b${")".repeat(n)};`,
    "minus signs": (n) => `set a = ${"- ".repeat(n)}b;`,
    operators: (n) => `set a = ${"b + ".repeat(n)}b;`,
    properties: (n) => `set a = b${".c()".repeat(n)};`,
    blocks: (n) => `${"{ ".repeat(n)}${"} ".repeat(n)}`,
    ifs: (n) => `${"if (a) { ".repeat(n)}${"} ".repeat(n)}`,
  };

  for (const [what, tower] of Object.entries(towers)) {
    test(`10,000 ${what} in each other are one diagnostic, 40 are none`, () => {
      expect(inSub(tower(10_000)).map(({ code }) => code)).toEqual([
        expect.stringMatching(/^(nested-too-deeply|expression-too-long)$/),
      ]);
      expect(inSub(tower(40))).toEqual([]);
    });
  }

  test("arms of an if do not stand in each other: 100,000 are fine", () => {
    expect(inSub(`if (a) { } ${"elsif (b) { } ".repeat(100_000)}`)).toEqual([]);
  });
});
