import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commentsAbove, readGap } from "../../src/codegen/comments.js";
import { compile } from "../../src/compile.js";

const texts = (bytes: string) => readGap(bytes).comments.map(({ text }) => text);

describe("comments of the VCL in the module", () => {
  test("all three forms are read, a block comment line by line", () => {
    expect(texts("; # one\n// two\n/* three */\n/*\n * four\n */\n")).toEqual(
      ["one", "two", "three ", "four"].map((x) => x.trimEnd()),
    );
  });

  test("one behind a statement is told from one on a line of its own", () => {
    expect(readGap(" # behind\n # own\n").comments.map(({ trails }) => trails)).toEqual([true, false]);
  });

  test("the file name of an include is no comment", () => {
    expect(texts('\ninclude "a#b//c.vcl";\n')).toEqual([]);
  });

  test("above a declaration the lines count that touch it", () => {
    const text = "# far\n\n# near\n// nearer\nsub x {}";
    expect(commentsAbove(text, text.indexOf("sub"))).toEqual(["near", "nearer"]);
  });

  test("whatever a comment says, the module is formatted and aligned", async () => {
    const comment = fc.string({ unit: "binary" }).map((text) => text.replaceAll(/[\n\r\0]/g, " "));
    await fc.assert(
      fc.asyncProperty(comment, comment, async (one, other) => {
        const block = other
          .replaceAll("*/", "")
          .replaceAll("/*", "")
          .replaceAll(/^\/|\*$/g, "");
        const text = `vcl 4.1;\n#${one}\nbackend default none;\nsub vcl_recv { #${one}\n/*${block} */ return (pass); //${other}\n}\n`;
        const { output, diagnostics } = await compile(text);
        expect(diagnostics).toEqual([]);
        expect(output?.text).toContain('return "pass";');
      }),
      { numRuns: 150 },
    );
  });
});
