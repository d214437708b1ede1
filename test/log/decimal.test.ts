import { expect, test } from "vitest";
import { millionthsText, sixDigits } from "../../src/runtime/log/decimal.js";

test("six digits are those of toFixed, also at ties, below zero and beyond all bounds", () => {
  const values = [
    0,
    1,
    10,
    3599.9999995,
    0.0000005,
    0.0000015,
    1e-9,
    0.9999999,
    120.5,
    -3.25,
    1e21,
    Infinity,
    NaN,
  ];
  for (let i = 0; i < 2000; i++) values.push((i * 7919.123457) / (1 + (i % 13)), i / 2 ** 21, i * 0.0000005);
  for (const value of values) expect(sixDigits(value)).toBe(value.toFixed(6));
});

test("millionths have their zeros", () => {
  expect([0, 1, 1000, 999_999, 1_000_000, 1_764_310_000_020_304].map(millionthsText)).toEqual([
    "0.000000",
    "0.000001",
    "0.001000",
    "0.999999",
    "1.000000",
    "1764310000.020304",
  ]);
});
