import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import { parse } from "../../src/parser/parse.js";
import { children } from "../support/print-syntax.js";
import type { Node } from "../../src/parser/ast.js";
import type { SourceFile, Span } from "../../src/source/source-file.js";
import { memoryReader } from "../support/print-syntax.js";

const options = { reader: memoryReader({ "/a": "if (x) {" }), vclPath: [] };

const bytes = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 300 })
  .map((codes) => String.fromCharCode(...codes));

const words =
  `vcl 4.1 ; sub { } ( ) if else elseif set unset call return new backend none acl probe import as from unused
  req.http.x global.a = += == ~ ! - + * || && "a" {"b"} 5 5s 1.5 :YWJj: , . / include "/a" +log 'x' C{ }C /* */ # \n " {" ? é`.split(
    / +/,
  );
const programs = fc.array(fc.constantFrom(...words), { maxLength: 150 }).map((list) => list.join(" "));
const inSub = programs.map((text) => `vcl 4.1; sub s { ${text}`);

const isWithin = ({ file, start, end }: Span) => 0 <= start && start <= end && end <= file.text.length;

function check(text: string) {
  const main: SourceFile = { name: "random.vcl", text, kind: "file" };
  const { program, diagnostics } = parse(main, options);
  expect(diagnostics.every(({ span }: Diagnostic) => isWithin(span))).toBe(true);
  const visitAll = (node: Node): void => {
    expect(isWithin(node.span)).toBe(true);
    children(node).forEach(visitAll);
  };
  visitAll(program);
}

describe("whatever the text", () => {
  test("random bytes are parsed without a throw, and every span lies in its file", () => {
    fc.assert(fc.property(bytes, check), { numRuns: 500 });
  });

  test("random tokens too, at top level and in a sub", () => {
    fc.assert(fc.property(fc.oneof(programs, inSub), check), { numRuns: 1000 });
  });
});
