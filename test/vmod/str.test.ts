import { describe, expect, test } from "vitest";
import * as str from "../../src/vmod/str/index.js";
import { makeTask } from "../support/vmod-task.js";
import { reasonOf } from "../support/vmod-vcl.js";

const task = makeTask("client", "vcl_recv");

test("count: bytes, -1 for an unset string", () => {
  expect([str.count(task, "caf\xc3\xa9"), str.count(task, ""), str.count(task, undefined)]).toEqual([
    5, 0, -1,
  ]);
});

test.each([
  ["abc", "ab", true, false, true],
  ["abc", "bc", false, true, true],
  ["abc", "b", false, false, true],
  ["abc", "", true, true, true],
  ["abc", "abcd", false, false, false],
  ["", "", true, true, true],
  [undefined, "", false, false, false],
  ["", undefined, false, false, false],
])("startswith, endswith, contains of %j and %j", (s1, s2, starts, ends, contains) => {
  expect([str.startswith(task, s1, s2), str.endswith(task, s1, s2), str.contains(task, s1, s2)]).toEqual([
    starts,
    ends,
    contains,
  ]);
});

describe("take", () => {
  test.each([
    [3, 0, "012"],
    [3, 2, "234"],
    [20, 7, "789"],
    [3, 10, ""],
    [3, 20, ""],
    [3, -4, "678"],
    [3, -2, "89"],
    [3, -12, "0"],
    [3, -13, ""],
    [3, -20, ""],
    [-3, 0, "789"],
    [-3, 5, "234"],
    [-3, 2, "01"],
    [-3, -2, "567"],
    [-3, -8, "01"],
    [-20, 0, "0123456789"],
    [0, 0, ""],
    [0, 5, ""],
  ])("take(0123456789, %d, %d) is %j", (n, offset, taken) => {
    expect(str.take(task, "0123456789", n, offset)).toBe(taken);
  });

  test("of an unset string is unset", () => {
    expect(str.take(task, undefined, 1, 0)).toBeUndefined();
  });
});

test("reverse", () => {
  expect([str.reverse(task, "abc"), str.reverse(task, ""), str.reverse(task, undefined)]).toEqual([
    "cba",
    "",
    undefined,
  ]);
});

test.each([
  ["one two\tthree", 1, " \t", "one"],
  [" one  two ", 2, " ", "two"],
  [" one  two ", -1, " ", "two"],
  [" one  two ", -2, " ", "one"],
  [" one  two ", 3, " ", undefined],
  [" one  two ", -3, " ", undefined],
  ["one", 0, " ", undefined],
  ["a,b;c", 3, ",;", "c"],
  ["a", -1, ",", "a"],
  ["  ", 1, " ", undefined],
  ["", 1, " ", undefined],
  ["a b", 1, "", undefined],
  ["a b", 1, undefined, undefined],
  [undefined, 1, " ", undefined],
])("split(%j, %d, %j) is %j", (text, n, separators, token) => {
  expect(str.split(task, text, n, separators)).toBe(token);
});

test.each([
  [{ str1: "a, b", str2: "c b" }, true],
  [{ str1: "a, b", str2: "c bb" }, false],
  [{ str1: ", ,", str2: ", ," }, false],
  [{ str1: "", str2: "" }, false],
  [{ str1: undefined, str2: "a" }, false],
  [{ str1: "a", str2: undefined }, false],
  [{ str1: "a b:c", str2: "c:d", separators: ":" }, true],
  [{ str1: "a b", str2: "b", separators: ":" }, false],
  [{ str1: "a b", str2: "a b", separators: "" }, true],
])("token_intersect(%j) is %s", (args, result) => {
  expect(str.token_intersect(task, args)).toBe(result);
});

test("in VCL: defaults and optional arguments", async () => {
  const statements = `
    return (synth(200, str.split("a b	c", 3) + str.take(req.url, 1) + str.take("abc", -1) + str.count(req.http.none) +
      str.token_intersect("a,b", "b") + str.token_intersect("a,b", "b", separators = ":")));`;
  expect(await reasonOf({ str }, statements)).toBe("c/c-1truefalse");
});
