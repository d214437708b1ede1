import { describe, expect, test } from "vitest";
import {
  parseBytes,
  parseDuration,
  parseInteger,
  parseReal,
  parseTime,
} from "../../src/runtime/values/index.js";

const value = (result: { value: number } | { error: string }) =>
  "value" in result ? result.value : result.error;

describe("std.integer", () => {
  test.each([
    ["12", 12],
    [" -7\t", -7],
    ["1.0", 1],
    ["-0.", 0],
    ["999999999999999", 999999999999999],
    ["1000000000000000", "Too many digits"],
    ["1.5", "Invalid number"],
    ["+1", "Invalid number"],
    ["0x10", "Invalid number"],
    ["1e3", "Invalid number"],
    ["1 2", "Invalid number"],
    ["", "Invalid number"],
    [".", "Invalid number"],
    [undefined, "Invalid number"],
  ])("%j is %s", (text, expected) => {
    expect(value(parseInteger(text))).toBe(expected);
  });
});

describe("std.real", () => {
  test.each([
    ["1.23456", 1.234],
    [".5", 0.5],
    ["-.5", -0.5],
    ["1.", 1],
    ["-1.9999", -1.9989999999999999],
    ["999999999999.999", 999999999999.999],
    ["1000000000000.0", "Too many digits"],
    ["inf", "Invalid number"],
    ["1.2.3", "Invalid number"],
  ])("%j is %s", (text, expected) => {
    expect(value(parseReal(text))).toBe(expected);
  });
});

describe("std.duration", () => {
  test.each([
    ["10s", 10],
    ["1.5 m ", 90],
    ["250ms", 0.25],
    ["-2h", -7200],
    ["1d", 86400],
    ["1w", 604800],
    ["1y", 31536000],
    [".5s", 0.5],
    [".3s", 0.30000000000000004],
    ["70.17y", 2212881119.9999995],
    ["10", "Invalid duration unit"],
    ["10S", "Invalid duration unit"],
    ["1m30s", "Invalid duration unit"],
    ["s", "Invalid number"],
  ])("%j is %s", (text, expected) => {
    expect(value(parseDuration(text))).toBe(expected);
  });
});

describe("std.bytes", () => {
  test.each([
    ["10", 10],
    ["1k", 1024],
    ["1KB", 1024],
    ["10b", 10],
    ["1.5K", 1536],
    ["2 MB ", 2097152],
    ["1.001k", 1025],
    ["7P", 7 * 2 ** 50],
    ["8P", "Too many digits"],
    ["1.5", "Fractional BYTES not allowed"],
    ["1.5b", "Fractional BYTES not allowed"],
    ["1.k", "Unknown BYTES unit of measurement ([KMGTP][B])"],
    [".5k", "Invalid number"],
    ["-1k", "BYTES cannot be negative"],
    ["10%", "Unknown BYTES unit of measurement ([KMGTP][B])"],
  ])("%j is %s", (text, expected) => {
    expect(value(parseBytes(text))).toBe(expected);
  });
});

describe("std.time", () => {
  test.each([
    ["Sun, 06 Nov 1994 08:49:37 GMT", 784111777],
    ["1.5", 1.5],
    ["999999999999999", 999999999999999],
    ["5x", "Invalid time"],
    ["0", "Invalid time"],
    ["-5", "Invalid time"],
    ["1970-01-01T00:00:00", "Invalid time"],
    ["soon", "Invalid number"],
  ])("%j is %s", (text, expected) => {
    expect(value(parseTime(text))).toBe(expected);
  });
});
