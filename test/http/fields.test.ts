import { describe, expect, test } from "vitest";
import {
  directive,
  hasToken,
  isHeaderName,
  isValidStatus,
  parseDeltaSeconds,
  reasonPhrase,
  splitList,
} from "../../src/runtime/http/index.js";

describe("list values", () => {
  test("split at commas outside quotes, without blanks and empty elements", () => {
    expect(splitList(' a ,, b="x,y" ,c')).toEqual(["a", 'b="x,y"', "c"]);
    expect(splitList('a "unclosed, b')).toEqual(['a "unclosed', "b"]);
    expect(splitList("")).toEqual([]);
  });
  test("directives compare without case and give their argument", () => {
    expect(directive("public, Max-Age=60, s-maxage = 5", "max-age")).toBe("60");
    expect(directive("public, s-maxage = 5", "s-maxage")).toBe("5");
    expect(directive("public, no-cache", "no-cache")).toBe("");
    expect(directive("x-max-age=1", "max-age")).toBeUndefined();
    expect(directive(undefined, "max-age")).toBeUndefined();
    expect(hasToken("gzip;q=0.5, br", "gzip")).toBe(true);
  });
  test.each([
    ["60", 60],
    ["-5", 0],
    ["1.5", 1],
    ["60, public", 60],
    ["abc", 0],
    ["60x", 0],
    ["", 0],
    ["99999999999999999999", 0xffffffff],
  ])("delta-seconds %j are %d", (text, seconds) => {
    expect(parseDeltaSeconds(text)).toBe(seconds);
  });
});

describe("names and status", () => {
  test("a field name is a token", () => {
    expect(isHeaderName("X-Foo_1")).toBe(true);
    expect(isHeaderName("X Foo")).toBe(false);
    expect(isHeaderName("")).toBe(false);
  });
  test("reasons go by the last three digits", () => {
    expect(reasonPhrase(404)).toBe("Not Found");
    expect(reasonPhrase(10200)).toBe("OK");
    expect(reasonPhrase(799)).toBe("Unknown HTTP Status");
  });
  test("a status below 100, above 65535 or with less than 100 behind the thousands is illegal", () => {
    expect([100, 200, 10200, 65535].every(isValidStatus)).toBe(true);
    expect([-1, 0, 99, 1099, 65536, 70200].some(isValidStatus)).toBe(false);
  });
});
