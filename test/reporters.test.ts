import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../src/diagnostics/diagnostic.js";
import { reportJson } from "../src/diagnostics/reporters/json.js";
import { reportText, summary } from "../src/diagnostics/reporters/text.js";
import type { SourceFile, Span } from "../src/source/source-file.js";

const file = (text: string, name = "main.vcl", includedFrom?: Span): SourceFile => ({
  name,
  text: Buffer.from(text).toString("latin1"),
  kind: "file",
  ...(includedFrom && { includedFrom }),
});

const at = (source: SourceFile, word: string): Span => {
  const start = source.text.indexOf(Buffer.from(word).toString("latin1"));
  return { file: source, start, end: start + Buffer.byteLength(word) };
};

// The reporters print whatever the catalog holds: a code of the tests' own keeps them apart from its growth.
const problem = (span: Span, message: string, extra: Partial<Diagnostic> = {}): Diagnostic => ({
  code: "some-code" as Diagnostic["code"],
  severity: "error",
  message,
  span,
  ...extra,
});

const text = (...diagnostics: Diagnostic[]) => reportText(diagnostics, { color: false });

describe("the text reporter", () => {
  const main = file("vcl 4.1;\nsub vcl_recv {\n  set req.foo = 1;\n}\n");

  test("prints place, severity, message and code, then the line between its neighbours with carets under the span", () => {
    expect(text(problem(at(main, "req.foo"), "Symbol not found: 'req.foo'"))).toBe(
      [
        "main.vcl:3:7: error: Symbol not found: 'req.foo' [some-code]",
        "  2 | sub vcl_recv {",
        "  3 |   set req.foo = 1;",
        "    |       ^^^^^^^",
        "  4 | }",
        "",
      ].join("\n"),
    );
  });

  test("adds the second place and the hint", () => {
    const related = [{ span: at(main, "vcl_recv"), message: "first declared here" }];
    expect(
      text(problem(at(main, "set"), "Again", { related, hint: "did you mean this?" }))
        .split("\n")
        .slice(5),
    ).toEqual([
      "  note: first declared here: main.vcl:2:5",
      "  2 | sub vcl_recv {",
      "    |     ^^^^^^^^",
      "  hint: did you mean this?",
      "",
    ]);
  });

  test("names the includes that led to a file, innermost first", () => {
    const outer = file('include "b.vcl";', "a.vcl");
    const middle = file('include "c.vcl";', "b.vcl", at(outer, "include"));
    const inner = file("oops", "c.vcl", at(middle, "include"));
    expect(text(problem(at(inner, "oops"), "Bad"))).toContain(
      "  included from b.vcl:1:1\n  included from a.vcl:1:1\n",
    );
  });

  test("counts columns as the reference compiler does, and keeps carets under their text after tabs and UTF-8", () => {
    const source = file('\tset req.url = "é" + nix;\n');
    const report = text(problem(at(source, "nix"), "Bad")).split("\n");
    expect(report[0]).toContain("main.vcl:1:30: ");
    expect(report[2]?.indexOf("^^^")).toBe(report[1]?.indexOf("nix"));
  });

  test("marks only the first line of a span of several lines, and one column of an empty span", () => {
    const source = file('set x = {"\na\n"};\n');
    expect(text(problem({ file: source, start: 8, end: 16 }, "Long"))).toContain("    |         ^^\n");
    expect(text(problem({ file: source, start: 17, end: 17 }, "At the end"))).toMatch(/\| +\^$/m);
  });

  test("shows the part of a very long line that matters", () => {
    const source = file(`set x = "${"a".repeat(5000)}" + nix + "${"b".repeat(5000)}";`);
    const lines = text(problem(at(source, "nix"), "Bad")).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(140);
    expect(lines[2]?.indexOf("^^^")).toBe(lines[1]?.indexOf("nix"));
  });

  test("never sends a control character of the source to the terminal", () => {
    const source = file("set \x1b[31m\x07 = 1;");
    expect(text(problem(at(source, "\x1b[31m\x07"), "Unexpected \x1b[2J"))).not.toMatch(
      /[\x00-\x09\x0b-\x1f]/,
    );
  });

  test("colours only when asked to", () => {
    expect(text(problem(at(main, "set"), "Bad"))).not.toContain("\x1b");
    expect(reportText([problem(at(main, "set"), "Bad")], { color: true })).toContain("\x1b[31m^^^\x1b[0m");
  });

  test("sums up errors and warnings", () => {
    const error = problem(at(main, "set"), "Bad");
    expect(summary([error, error, { ...error, severity: "warning" }])).toBe("2 errors, 1 warning");
    expect(summary([])).toBe("no errors");
  });
});

describe("the JSON reporter", () => {
  test("gives code, severity, message, start and end, and the hint where there is one", () => {
    const main = file("vcl 4.1;\n\tcall é;\n");
    expect(
      reportJson("main.vcl", [problem(at(main, "é"), "Unknown sub 'Ã©'", { hint: "define it" })]),
    ).toEqual({
      file: "main.vcl",
      ok: false,
      diagnostics: [
        {
          code: "some-code",
          severity: "error",
          message: "Unknown sub 'é'",
          start: { line: 2, column: 14, offset: 15 },
          end: { line: 2, column: 16, offset: 17 },
          hint: "define it",
        },
      ],
    });
  });

  test("names the file of a place outside of the checked file", () => {
    const main = file('include "b.vcl";');
    const inner = file("oops", "b.vcl", at(main, "include"));
    const related = [{ span: at(main, "include"), message: "included here" }];
    const [diagnostic] = reportJson("main.vcl", [problem(at(inner, "oops"), "Bad", { related })]).diagnostics;
    expect(diagnostic?.file).toBe("b.vcl");
    expect(diagnostic?.related?.[0]).toMatchObject({
      message: "included here",
      start: { line: 1, column: 1, offset: 0 },
    });
  });

  test("a file with warnings only is ok", () => {
    const main = file("vcl 4.1;");
    expect(reportJson("main.vcl", [{ ...problem(at(main, "vcl"), "Hm"), severity: "warning" }]).ok).toBe(
      true,
    );
  });
});
