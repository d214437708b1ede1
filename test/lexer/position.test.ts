import { expect, test } from "vitest";
import { characterPosition, varnishPosition } from "../../src/source/columns.js";
import { lineText, position } from "../../src/source/position.js";
import { readSource, sourceFromText } from "../../src/source/read-source.js";

const file = sourceFromText("f", "a\n\tbé\tc\r\nd");

test("positions count lines and bytes from one", () => {
  expect(position(file, 0)).toEqual({ line: 1, column: 1 });
  expect(position(file, 1)).toEqual({ line: 1, column: 2 });
  expect(position(file, 2)).toEqual({ line: 2, column: 1 });
  expect(position(file, 7)).toEqual({ line: 2, column: 6 });
  expect(position(file, file.text.length)).toEqual({ line: 3, column: 2 });
});

test("Varnish's columns jump to the next multiple of eight at a tab", () => {
  expect(varnishPosition(file, 3)).toEqual({ line: 2, column: 9 });
  expect(varnishPosition(file, 7)).toEqual({ line: 2, column: 17 });
});

test("characters are code points of UTF-8, and bytes where it is none", () => {
  const text = sourceFromText("f", "é😀x");
  expect([0, 2, 6, 7].map((at) => characterPosition(text, at).column)).toEqual([1, 2, 3, 4]);
  const latin1 = readSource("f", Uint8Array.of(0xe9, 0x41, 0xff, 0x80, 0x42));
  expect([1, 2, 3, 4, 5].map((at) => characterPosition(latin1, at).column)).toEqual([2, 3, 4, 5, 6]);
});

test("places far out on a long line are those that counting from its start gives, in whatever order they are asked for", () => {
  const line = "\té ".repeat(5000);
  const file = sourceFromText("f", `short\n${line}`);
  const columns = (upTo: number) => {
    let tabbed = 0;
    let characters = 0;
    for (const unit of file.text.slice(6, upTo)) {
      tabbed = unit === "\t" ? (tabbed & ~7) + 8 : tabbed + 1;
      if ((unit.charCodeAt(0) & 0xc0) !== 0x80) characters++;
    }
    return [tabbed + 1, characters + 1];
  };
  for (const offset of [19_000, 6, 4102, 4101, 4103, 12_345, 20_005, 8198]) {
    const found = [varnishPosition(file, offset), characterPosition(file, offset)];
    expect(found.map(({ line }) => line)).toEqual([2, 2]);
    expect(found.map(({ column }) => column)).toEqual(columns(offset));
  }
});

test("the text of a line has no line end", () => {
  expect(lineText(file, 1)).toBe("a");
  expect(lineText(file, 2)).toBe("\tb\xc3\xa9\tc");
  expect(lineText(file, 3)).toBe("d");
});

test("bytes become code units one to one, however many", () => {
  const bytes = Uint8Array.from({ length: 20_000 }, (_, at) => at & 255);
  const { text } = readSource("f", bytes);
  expect(text.length).toBe(bytes.length);
  expect([0, 255, 19_999].map((at) => text.charCodeAt(at))).toEqual([0, 255, 19_999 & 255]);
});
