import { expect, test } from "vitest";
import { recordLine } from "../../src/runtime/index.js";

test("a record is a line with the transaction, the tag, the side and the text in columns", () => {
  expect(recordLine(32770, "VCL_call", "RECV", "c")).toBe("     32770 VCL_call       c RECV");
  expect(recordLine(0, "CLI", "x")).toBe("         0 CLI            - x");
});

test("control characters are escaped, TAB and other bytes stay", () => {
  expect(recordLine(1, "VCL_Log", "a\nb\r\x1b[31m\x9b\tc\xe9")).toBe(
    "         1 VCL_Log        - a\\nb\\r\\x1b[31m\\x9b\tc\xe9",
  );
});

test("a text is cut off at 254 bytes", () => {
  expect(recordLine(1, "VCL_Log", "x".repeat(300))).toHaveLength(28 + 254);
});
