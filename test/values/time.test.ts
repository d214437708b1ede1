import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDate, timeToString } from "../../src/runtime/values/index.js";
import { VclFailure } from "../../src/runtime/values/failure.js";

const november = 784111777;

describe("TIME", () => {
  test("prints as an RFC 7231 date, the fraction cut off", () => {
    expect(timeToString(1519119031.9)).toBe("Tue, 20 Feb 2018 09:30:31 GMT");
    expect(timeToString(0)).toBe("Thu, 01 Jan 1970 00:00:00 GMT");
    expect(timeToString(-1.5)).toBe("Wed, 31 Dec 1969 23:59:59 GMT");
  });
  test("years before 1000 are filled with blanks, what those after 9999 make too long is cut off", () => {
    expect(timeToString(-62135596800)).toBe("Mon, 01 Jan    1 00:00:00 GMT");
    expect(timeToString(253402300800)).toBe("Sat, 01 Jan 10000 00:00:00 GM");
    expect(timeToString(-123456789014.623)).toBe("Mon, 22 Oct -1943 23:29:46 GM");
    expect(timeToString(999999999999999)).toBe("Sun, 05 Jul 31690708 01:46:39");
  });
  test("beyond all calendars it fails the task", () => {
    expect(() => timeToString(1e17)).toThrow(VclFailure);
    expect(() => timeToString(Number.NaN)).toThrow(VclFailure);
  });

  test.each([
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
    "1994-11-06T08:49:37",
    "  Sun, 06 Nov 1994 08:49:37 GMT  ",
  ])("is read from %j", (text) => {
    expect(parseDate(text)).toBe(november);
  });

  test("a day of one digit is read where dates are relaxed (http_date_postel), and only there", () => {
    expect(parseDate("Sun, 6 Nov 1994 08:49:37 GMT", true)).toBe(november);
    expect(parseDate("Sun, 6 Nov 1994 08:49:37 GMT")).toBeUndefined();
  });

  test.each([
    ["Mon, 06 Nov 1994 08:49:37 GMT", "the weekday is wrong"],
    ["Sun, 6 Nov 1994 08:49:37 GMT", "the day has one digit"],
    ["1994-11-06T08:49:37Z", "there is a zone"],
    ["Tue, 29 Feb 2023 00:00:00 GMT", "the day is not in the calendar"],
    ["Sun, 06 Nov 1994 24:00:00 GMT", "the hour is not on the clock"],
    ["Sun, 06 Nov 1994 08:60:37 GMT", "the minute is not on the clock"],
    ["Sun, 06 Nov 1994 08:49:61 GMT", "the second is not on the clock"],
    ["Sun, 06 Foo 1994 08:49:37 GMT", "the month has no such name"],
    ["1898-11-06T08:49:37", "the year is before 1899"],
    ["1994-13-06T08:49:37", "there is no such month"],
    ["Sun, 06 Nov 1994 08:49:37", "the zone is missing"],
    ["", "it is empty"],
  ])("is not read from %j: %s", (text) => {
    expect(parseDate(text)).toBeUndefined();
  });

  test("two-digit years are 1969 to 2068", () => {
    expect(new Date((parseDate("Wednesday, 01-Jan-69 00:00:00 GMT") ?? 0) * 1000).getUTCFullYear()).toBe(
      1969,
    );
    expect(new Date((parseDate("Sunday, 01-Jan-68 00:00:00 GMT") ?? 0) * 1000).getUTCFullYear()).toBe(2068);
  });

  test("a leap second is the second before it", () => {
    expect(parseDate("1998-12-31T23:59:60")).toBe(parseDate("1998-12-31T23:59:59"));
  });

  test("what is printed is read back", () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_000_000_000, max: 100_000_000_000 }), (time) => {
        expect(parseDate(timeToString(time))).toBe(time);
      }),
    );
  });
});
