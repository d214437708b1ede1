import { describe, expect, test } from "vitest";
import { TokenStream } from "../../src/lexer/include.js";
import type { VclToken } from "../../src/lexer/tokens.js";
import { includeStack } from "../../src/source/position.js";
import { sourceFromText } from "../../src/source/read-source.js";
import { memoryReader, printDiagnostics } from "../support/print-syntax.js";

function expand(text: string, files: Record<string, string> = {}, name = "/etc/main.vcl") {
  const kind = name === "<inline>" ? "inline" : "file";
  const main = sourceFromText(name, text, kind);
  const options = { reader: memoryReader(files), vclPath: ["/usr/share/vcl", "/etc/vcl"] };
  const stream = new TokenStream(main, options);
  const tokens: VclToken[] = [];
  for (let token = stream.next(); token; token = stream.next()) tokens.push(token);
  return {
    text: tokens.map(({ image }) => image).join(" "),
    files: tokens.map(({ payload }) => payload),
    problems: printDiagnostics(stream.problems.map(({ diagnostic }) => diagnostic)),
  };
}

describe("include", () => {
  test("is replaced by the tokens of the file, wherever it stands", () => {
    const { text, problems } = expand('if (a include "b.inc"; c)', { "/etc/vcl/b.inc": "&& b &&" });
    expect(text).toBe("if ( a && b && c )");
    expect(problems).toBe("");
  });

  test("searches plain names in the search path, in its order", () => {
    const files = { "/usr/share/vcl/a": "share", "/etc/vcl/a": "etc" };
    expect(expand('include "a";', files).text).toBe("share");
  });

  test("takes ./ from beside the including file, and absolute names as they are", () => {
    const files = { "/etc/sub/a": 'include "./b";', "/etc/sub/b": "b", "/x": "x" };
    expect(expand('include "./sub/a"; include "/x";', files).text).toBe("b x");
  });

  test("./ is refused in a source that is no file", () => {
    expect(expand('include "./a";', {}, "<inline>").problems).toContain("include-of-inline");
  });

  test("+glob includes every match in byte order, and must match something", () => {
    const files = { "/d/b.vcl": "b", "/d/a.vcl": "a", "/d/B.vcl": "B", "/d/c.txt": "c" };
    expect(expand('include +glob "/d/*.vcl";', files).text).toBe("B a b");
    expect(expand('include +glob "/e/*.vcl";', files).problems).toContain("glob pattern matched no files.");
    expect(expand('include +glob "*.vcl";', files).problems).toContain("include-glob-relative");
    expect(expand('include -glob "/d/a.vcl";', files).text).toBe("a");
  });

  test("a flag follows its sign at once", () => {
    const { text, problems } = expand('include + glob "/d/*.vcl";', { "/d/a.vcl": "a" });
    expect(problems).toContain("1:9-1:10 error unexpected-token: Expected a flag got '+'");
    expect(text).toBe("");
  });

  test("of a file that is being included is refused, of one that was included before is not", () => {
    const files = { "/a": 'a include "/b";', "/b": 'include "/a";', "/c": "c" };
    const { text, problems } = expand('include "/a"; include "/c"; include "/c";', files);
    expect(text).toBe("a c c");
    expect(problems).toBe('/b 1:9-1:13 error include-recursive: Recursive use of file "/a"\n');
  });

  test("that doubles with every level ends with a diagnostic", () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [`/${n}`, `include "/${n + 1}"; include "/${n + 1}";`]),
    );
    const { problems } = expand('include "/0";', { ...files, "/30": "x" });
    expect(problems).toContain("include-limit");
    expect(problems.split("\n").length).toBe(2);
  });

  test("says what is wrong with the directive itself", () => {
    expect(expand("include a;").problems).toContain("include not followed by string constant.");
    expect(expand('include "/a" b', { "/a": "x" }).problems).toContain("not followed by semicolon");
    expect(expand('include +foo "/a";', { "/a": "x" }).problems).toContain("Unknown include flag: foo");
    expect(expand('include "nope";').problems).toContain("(No such file or directory)");
    expect(expand("include").problems).toContain("include-no-string");
  });

  test("tokens of an included file know the way back to the main file", () => {
    const { files } = expand('include "/a";', { "/a": 'include "/b";', "/b": "b" });
    const stack = includeStack(files[0]!);
    expect(stack.map(({ file }) => file.name)).toEqual(["/a", "/etc/main.vcl"]);
  });
});
