import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { Lexer } from "../../src/lexer/lexer.js";
import { spanOf } from "../../src/lexer/token-span.js";
import { decodeBase64 } from "../../src/lexer/literals.js";
import type { VclToken } from "../../src/lexer/tokens.js";
import { sourceFromText } from "../../src/source/read-source.js";
import type { SourceFile } from "../../src/source/source-file.js";
import { expectGolden, fixtureCases } from "../support/fixtures.js";
import { printDiagnostics, printSpan } from "../support/print-syntax.js";

function tokenize(file: SourceFile) {
  const problems: Diagnostic[] = [];
  const lexer = new Lexer(file, (problem) => problems.push(problem));
  const tokens: VclToken[] = [];
  for (let token = lexer.next(); token; token = lexer.next()) tokens.push(token);
  return { tokens, problems };
}

const printTokens = ({ tokens, problems }: ReturnType<typeof tokenize>) =>
  tokens
    .map((token) => `${token.tokenType.name} ${JSON.stringify(token.image)} [${printSpan(spanOf(token))}]\n`)
    .join("") + printDiagnostics(problems);

describe("S4 front: text to tokens", () => {
  for (const { name, file } of fixtureCases("lex")) {
    test(`fixtures/lex/${name}`, () => {
      const text = readFileSync(file("input.vcl"), "latin1");
      const source = { name: "input.vcl", text, kind: "file" as const };
      expectGolden(file("expected.txt"), printTokens(tokenize(source)));
    });
  }

  test("a token knows its file, and offsets count bytes", () => {
    const file = sourceFromText("é.vcl", '"é" x');
    const [string, word] = tokenize(file).tokens;
    expect(string?.payload).toBe(file);
    expect(spanOf(word!)).toEqual({ file, start: 5, end: 6 });
  });

  test("base64 decodes to the bytes it stands for", () => {
    for (let length = 0; length < 40; length++) {
      const bytes = Array.from({ length }, (_, at) => String.fromCharCode((at * 97 + length) & 255)).join("");
      expect(decodeBase64(btoa(bytes))).toBe(bytes);
    }
  });
});
