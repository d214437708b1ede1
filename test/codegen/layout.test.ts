import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { analyzeSource } from "../../src/analyze/analyze-source.js";
import { generate } from "../../src/codegen/generate.js";
import { takeApart } from "../../src/codegen/frame.js";
import { layOut } from "../../src/codegen/layout.js";
import { layOutLines } from "../../src/codegen/line-layout.js";
import { plainExpression } from "../../src/codegen/plain-expression.js";
import { plainLine } from "../../src/codegen/plain-line.js";
import { format, layOutDeferred } from "../../src/codegen/prettier-layout.js";
import type { Mode } from "../../src/codegen/writer.js";
import { sourceFromText } from "../../src/source/read-source.js";
import { testOptions } from "../support/compile.js";
import { corpusCases } from "../support/conformance.js";
import { fixtureCases } from "../support/fixtures.js";
import { generatedVcl } from "../support/generated-vcl.js";

function emitted(vcl: string, mode: Mode): string | undefined {
  const options = { ...testOptions(), vclPath: ["/vcl", "/etc/varnish"] };
  const { program } = analyzeSource(sourceFromText("main.vcl", vcl), options);
  return program && generate(program, mode).text;
}

const programs = [...fixtureCases("emit"), ...fixtureCases("compile")].map(({ name, file }) => ({
  name,
  vcl: readFileSync(file("input.vcl"), "utf8"),
}));
programs.push({ name: "600 generated lines", vcl: generatedVcl(600) });

describe.each(["typescript", "javascript"] as const)("%s is what prettier makes of it as a whole", (mode) => {
  test.each(programs)("$name", async ({ vcl }) => {
    const text = emitted(vcl, mode);
    if (text === undefined) throw new Error("the program has errors");
    expect(await layOut(text)).toBe(await format(text));
  });
});

test("programs of the reference corpus, where it is present, are what prettier makes of them", async () => {
  for (const { vcl } of corpusCases() ?? []) {
    const text = emitted(vcl, "typescript");
    if (text !== undefined) expect(await layOut(text)).toBe(await format(text));
  }
});

const { expression } = fc.letrec<{ expression: string; operand: string }>((tie) => ({
  operand: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("a", "req.url", "null", "7", "0.5", '""', '"it\'s"', '"a \\"b\\""', '"\\"\'"', '"\\\\d"'),
    fc
      .tuple(fc.constantFrom("f", "req.http.get", "a.b().c"), fc.array(tie("expression"), { maxLength: 3 }))
      .map(([callee, items]) => `${callee}(${items.join(", ")})`),
    fc.array(tie("expression"), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
    tie("expression").map((value) => `f({ key: ${value}, other: 1 })`),
    tie("expression").map((inner) => `(${inner})`),
    tie("expression").map((inner) => `!(${inner})`),
    tie("expression").map((inner) => `(-(${inner}))`),
    tie("expression").map((inner) => `(await (${inner}))`),
    tie("expression").map((inner) => `(${inner}).member`),
    tie("expression").map((inner) => `f(${inner})?.member`),
  ),
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("operand"),
    fc
      .tuple(
        tie("operand"),
        fc.constantFrom("&&", "||", "===", "!==", "<", ">=", "+", "-", "*"),
        tie("operand"),
      )
      .map(([left, operator, right]) => `${left} ${operator} ${right}`),
    fc.tuple(tie("operand"), tie("operand")).map(([left, right]) => `((${left}) ?? (${right}))`),
  ),
}));

/** Statements about expressions, as they are emitted. */
const statement = fc
  .tuple(
    fc.constantFrom(
      (value: string) => `x = (${value});`,
      (value: string) => `const x = ${value};`,
      (value: string) => `req.http.set("X", ${value});`,
      (value: string) => `return ${value};`,
      (value: string) => `if (${value}) {\nx();\n} else if (!(${value})) {\n// why\n\n\ny();\n\n} else {\n}`,
      (value: string) => `if (${value}) {\n}\n`,
    ),
    expression,
  )
  .map(([write, value]) => write(value));

async function laidOut(lines: string): Promise<string> {
  const laid = layOutLines(lines.split("\n"), "statement", 1);
  const deferred = await layOutDeferred(laid.filter((line) => typeof line !== "string"));
  return laid.map((line) => (typeof line === "string" ? `${line}\n` : (deferred.get(line) ?? ""))).join("");
}

test("any statements about any expressions are what prettier makes of them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(statement, { minLength: 1, maxLength: 4 }), async (statements) => {
      const lines = statements.join("\n\n");
      expect(`async function f() {\n${await laidOut(lines)}}\n`).toBe(
        await format(`async function f() {\n${lines.trimEnd()}\n}\n`),
      );
    }),
    { numRuns: 300 },
  );
});

test.each([108, 109, 110, 111, 112])("a line that would have %d columns", async (columns) => {
  const lines = `x = ${"y".repeat(columns - 2 - "x = ;".length)};\nif (f(${"y".repeat(columns - 2 - "if (f()) {".length)})) {\ng();\n}`;
  expect(`{\n${await laidOut(lines)}}\n`).toBe(await format(`{\n${lines}\n}`));
});

test("of ordinary statements, prettier gets those that do not fit on a line", () => {
  const { module, load, members } = takeApart(emitted(generatedVcl(600), "typescript") ?? "") ?? {};
  expect(load?.length).toBeGreaterThan(600);
  const laid = [
    ...layOutLines(module ?? [], "statement", 0),
    ...layOutLines(load ?? [], "statement", 1),
    ...layOutLines(members ?? [], "member", 2),
  ];
  const deferred = laid.filter((line) => typeof line !== "string");
  for (const { text, depth } of deferred)
    expect(2 * depth + (plainLine(text)?.length ?? 0)).toBeGreaterThan(110);
});

test("what stands deeper than anybody writes, and what is not known, is left to prettier", () => {
  expect(plainExpression(`${"(".repeat(50)}a${")".repeat(50)}`)).toBe("a");
  expect(plainExpression(`${"(".repeat(5000)}a${")".repeat(5000)}`)).toBeUndefined();
  for (const text of [
    "(a) => b",
    "a as string",
    "a ? b : c",
    "f<T>(x)",
    "new A()",
    "a.b(c).d(e).f(g)",
    "1e3",
    "a b",
    "(a",
  ])
    expect(plainExpression(text)).toBeUndefined();
});
