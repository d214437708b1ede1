import { describe, expect, test } from "vitest";
import {
  compare,
  equal,
  intDivide,
  intModulo,
  ip,
  ipEqual,
  notEqual,
} from "../../src/runtime/values/index.js";

describe("comparison of STRINGs", () => {
  test("NULL equals nothing, not even NULL", () => {
    expect(equal(undefined, undefined)).toBe(false);
    expect(equal(undefined, "")).toBe(false);
    expect(equal("", undefined)).toBe(false);
    expect(notEqual(undefined, undefined)).toBe(true);
    expect(notEqual("a", undefined)).toBe(true);
  });
  test("NULL is neither below nor at, but above everything", () => {
    for (const [a, b] of [
      [undefined, "a"],
      ["a", undefined],
      [undefined, undefined],
    ] as const) {
      expect(compare(a, b) > 0).toBe(true);
    }
  });
  test("texts compare byte by byte", () => {
    expect(compare("a", "b")).toBe(-1);
    expect(compare("a", "B")).toBe(1);
    expect(compare("ab", "a")).toBe(1);
    expect(compare("\xff", "z")).toBe(1);
    expect(compare("x", "x")).toBe(0);
    expect(equal("x", "x")).toBe(true);
    expect(notEqual("x", "x")).toBe(false);
  });
});

describe("comparison of IPs", () => {
  test("the address counts, the port does not", () => {
    expect(ipEqual(ip("192.0.2.1", 80), ip("192.0.2.1", 81))).toBe(true);
    expect(ipEqual(ip("192.0.2.1"), ip("192.0.2.2"))).toBe(false);
    expect(ipEqual(ip("::1"), ip("0.0.0.1"))).toBe(false);
    expect(ipEqual(ip("::ffff:1.2.3.4"), ip("1.2.3.4"))).toBe(false);
  });
  test("NULL equals nothing", () => {
    expect(ipEqual(undefined, undefined)).toBe(false);
  });
});

describe("INT arithmetic", () => {
  test("division cuts towards zero, the remainder has the dividend's sign", () => {
    expect(intDivide(-7, 2)).toBe(-3);
    expect(intModulo(-7, 3)).toBe(-1);
    expect(intDivide(-1, 2)).toBe(0);
    expect(intModulo(-4, 2)).toBe(0);
  });
  test("zero fails the task", () => {
    expect(() => intDivide(1, 0)).toThrow("Division by zero");
    expect(() => intModulo(1, 0)).toThrow("Division by zero");
  });
});
