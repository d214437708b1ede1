import { describe, expect, test } from "vitest";
import { backendRangeProblem } from "../../src/runtime/http/backend-range.js";
import { ifRangeAllows, isNotModified } from "../../src/runtime/http/conditions.js";
import { HttpHeaders } from "../../src/runtime/http/index.js";
import { parseDate } from "../../src/runtime/values/index.js";

const list = (headers: Readonly<Record<string, string>>) => new HttpHeaders(Object.entries(headers));
const day = (n: number) => `${["Wed", "Thu", "Fri", "Sat"][n - 1]}, 0${n} Jan 2020 00:00:00 GMT`;
const time = (text: string) => parseDate(text)!;

describe("a 200 becomes a 304", () => {
  const notModified = (request: Record<string, string>, response: Record<string, string>, created = day(2)) =>
    isNotModified({
      request: list(request),
      requestTime: time(day(3)),
      response: list(response),
      created: time(created),
    });
  const etag = { ETag: '"abc"' };

  test.each([
    ['"abc"', true],
    ['W/"abc"', true],
    ['"abd"', false],
    ['"x", "abc"', false],
    ["*", false],
    ["abc", false],
  ])("If-None-Match: %s: %s", (tag, is) => {
    expect(notModified({ "If-None-Match": tag }, etag)).toBe(is);
    expect(notModified({ "If-None-Match": tag }, { ETag: 'W/"abc"' })).toBe(is);
  });

  test("not without an ETag, whatever If-Modified-Since says", () => {
    expect(
      notModified({ "If-None-Match": '"abc"', "If-Modified-Since": day(2) }, { "Last-Modified": day(1) }),
    ).toBe(false);
  });

  test("with a range only where both tags are strong", () => {
    const range = { Range: "bytes=0-1" };
    expect(notModified({ ...range, "If-None-Match": '"abc"' }, etag)).toBe(true);
    expect(notModified({ ...range, "If-None-Match": 'W/"abc"' }, etag)).toBe(false);
    expect(notModified({ ...range, "If-None-Match": 'W/"abc"' }, { ETag: 'W/"abc"' })).toBe(false);
  });

  test("where it was not modified since then, and that is not in the future", () => {
    const since = (when: string, response: Record<string, string>, created?: string) =>
      notModified({ "If-Modified-Since": when }, response, created);
    expect(since(day(2), { "Last-Modified": day(2) })).toBe(true);
    expect(since(day(1), { "Last-Modified": day(2) })).toBe(false);
    expect(since(day(4), { "Last-Modified": day(2) })).toBe(false);
    expect(since("yesterday", { "Last-Modified": day(2) })).toBe(false);
    expect(since(day(3), { "Last-Modified": "never" })).toBe(false);
    expect(since(day(2), {}, day(2))).toBe(true);
    expect(since(day(1), {}, day(2))).toBe(false);
  });
});

describe("If-Range", () => {
  const response = { ETag: '"abc"', "Last-Modified": day(1), Date: day(2) };
  test.each([
    [undefined, true],
    ['"abc"', true],
    ['"abd"', false],
    ['W/"abc"', false],
    ["abc", false],
    [day(1), true],
    [day(2), false],
  ])("%s: %s", (condition, allows) => {
    expect(ifRangeAllows(condition, list(response))).toBe(allows);
  });

  test("as a date needs Last-Modified, and a Date that is not much earlier", () => {
    const at = (seconds: string) => `Wed, 01 Jan 2020 00:${seconds} GMT`;
    const allows = (modified: string, headers: Record<string, string>) =>
      ifRangeAllows(modified, list(headers));
    expect(allows(at("00:00"), { "Last-Modified": at("00:00"), Date: at("00:00") })).toBe(true);
    expect(allows(at("01:00"), { "Last-Modified": at("01:00"), Date: at("00:00") })).toBe(true);
    expect(allows(at("01:01"), { "Last-Modified": at("01:01"), Date: at("00:00") })).toBe(false);
    expect(allows(at("00:00"), { "Last-Modified": at("00:00") })).toBe(false);
    expect(allows(at("00:00"), { Date: at("00:00") })).toBe(false);
  });
});

describe("what a backend answers to a range", () => {
  const problem = (
    asked: string | undefined,
    contentRange: string | undefined,
    length?: number,
    status = 206,
  ) => backendRangeProblem({ asked, status, contentRange, length });

  test.each([
    ["exactly that", "bytes=2-4", "bytes 2-4/10", 3],
    ["less", "bytes=2-9", "bytes 2-4/10", 3],
    ["to the end", "bytes=4-", "bytes 4-9/10", 6],
    ["nothing about it", "bytes=2-4", undefined, 3],
    ["in another unit", "bytes=2-4", "fish 2-4/10", 3],
    ["a suffix, which Varnish refuses", "bytes=-3", "bytes 7-9/10", 3],
    ["a suffix longer than the whole", "bytes=-30", "bytes 0-9/10", 10],
    ["a total that is not known, which Varnish refuses", "bytes=2-4", "bytes 2-4/*", 3],
  ])("%s is fine", (_, asked, contentRange, length) => {
    expect(problem(asked, contentRange, length)).toBeUndefined();
  });

  test("416 with the length of the whole is fine, and so is it alone", () => {
    expect(problem("bytes=20-", "bytes */10", 2, 416)).toBeUndefined();
    expect(problem("bytes=20-", undefined, 2, 416)).toBeUndefined();
  });

  test.each([
    ["Invalid range header (high smaller than low)", "bytes=4-2", undefined, undefined],
    ["Invalid range header (Trailing stuff)", "bytes=0-1,4-5", undefined, undefined],
    ["Invalid content-range header", "bytes=2-4", "bytes 2_4/10", 3],
    ["Invalid content-range header", "bytes=2-4", "bytes 4-2/10", 3],
    ["Invalid content-range header", "bytes=2-4", "bytes 2-10/10", 3],
    ["Invalid content-length header", undefined, undefined, Number.NaN],
    ["Unexpected content-range header", undefined, "bytes 2-4/10", 3],
    ["Expected content length 3, got 4", "bytes=2-4", "bytes 2-4/10", 4],
    ["Expected low range 3, got 2", "bytes=2-4", "bytes 3-4/10", 2],
    ["Expected minimum high range 5, got 4", "bytes=2-4", "bytes 2-5/10", 4],
    ["Expected low range 6, got 7", "bytes=-3", "bytes 6-9/10", 4],
  ])("%s", (text, asked, contentRange, length) => {
    expect(problem(asked, contentRange, length)).toBe(text);
  });
});
