import fc from "fast-check";
import * as prettier from "prettier";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { align, AlignmentError, wordTokens } from "../../src/codegen/align.js";
import { quote } from "../../src/codegen/writer.js";

/** The word tokens of a text as TypeScript's own scanner finds them. */
function scannedTokens(text: string): string[] {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, text);
  const words: string[] = [];
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    const isLiteral = kind === ts.SyntaxKind.StringLiteral || kind === ts.SyntaxKind.NumericLiteral;
    if (isLiteral || kind >= ts.SyntaxKind.Identifier) words.push(scanner.getTokenText());
  }
  return words;
}

function ourTokens(text: string): string[] {
  const { starts, ends } = wordTokens(text);
  return starts.map((start, index) => text.slice(start, ends[index]));
}

const name = fc.constantFrom("req", "task", "header_list", "$x", "a1", "backend_hint", "Math");
const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
const atom = fc.oneof(
  name,
  bytes.map(quote),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }).map(String),
  fc.nat().map(String),
);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small" },
    atom,
    fc
      .tuple(tie("expression"), fc.constantFrom("+", "&&", "===", "<", "*"), tie("expression"))
      .map((x) => `(${x.join(" ")})`),
    fc.tuple(name, tie("expression"), tie("expression")).map(([f, a, b]) => `${f}.call(${a}, ${b})`),
    fc.tuple(name, tie("expression")).map(([key, value]) => `f({ ${key}: ${value} })`),
  ),
}));
const statement = fc.oneof(
  expression.map((text) => `f(${text});\n`),
  fc.tuple(name, expression).map(([target, value]) => `${target}.x = ${value};\n`),
  fc.tuple(expression, expression).map(([test, value]) => `if (${test}) {\nreturn ${value};\n}\n`),
  fc.constant('// a comment with words and a "quote\n'),
);
const program = fc
  .array(statement, { minLength: 1, maxLength: 12 })
  .map((lines) => `function main(task: ClientTask): Action | void {\n${lines.join("")}}\n`);

describe("alignment of formatted code", () => {
  test("the word tokens are those of TypeScript's scanner", () => {
    fc.assert(
      fc.property(program, (text) => {
        expect(ourTokens(text)).toEqual(scannedTokens(text));
      }),
    );
  });

  test("the tokens before and after formatting are the same words", async () => {
    await fc.assert(
      fc.asyncProperty(program, async (text) => {
        const formatted = await prettier.format(text, { parser: "babel-ts", printWidth: 110 });
        const { before, after } = align(text, formatted);
        expect(after.starts.length).toBe(before.starts.length);
      }),
      { numRuns: 200 },
    );
  });

  test("a changed, missing or extra word is an internal error", () => {
    expect(() => align("a + b", "a + c")).toThrow(AlignmentError);
    expect(() => align("a + b", "a")).toThrow(AlignmentError);
    expect(() => align("a", "a + b")).toThrow(AlignmentError);
  });

  test("other quotes and another way to print a number are the same word", () => {
    expect(() => align(String.raw`f("a\"b", 1e+21)`, `f('a"b', 1e21);`)).not.toThrow();
    expect(() => align(String.raw`f("\\\"")`, String.raw`f('\\"')`)).not.toThrow();
  });
});
