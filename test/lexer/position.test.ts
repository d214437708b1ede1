import { expect, test } from "vitest";
import { lineText, position, varnishPosition } from "../../src/source/position.js";
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
