import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  blob,
  blobToString,
  boolToString,
  bytesToString,
  stevedoreToString,
  durationToString,
  intToString,
  ip,
  ipToString,
  latin1Bytes,
  latin1Text,
  lower,
  realToString,
  upper,
  hexText,
  backendToString,
} from "../../src/runtime/values/index.js";
import { VclFailure } from "../../src/runtime/values/failure.js";

describe("conversion to STRING", () => {
  test("a STEVEDORE prints as VCL writes it", () => {
    const storage = { name: "s0", free_space: 0, used_space: 0, happy: true };
    expect(stevedoreToString(storage)).toBe("storage.s0");
    expect(stevedoreToString(undefined)).toBeUndefined();
  });

  test("INT and BYTES print in decimal", () => {
    expect(intToString(-42)).toBe("-42");
    expect(intToString(-0)).toBe("0");
    expect(bytesToString(1048576)).toBe("1048576");
    expect(intToString(999_999_999_999_999)).toBe("999999999999999");
  });

  test.each([1e15, -1e15, Number.NaN])("INT %d is out of range and fails the task", (value) => {
    expect(() => intToString(value)).toThrow(VclFailure);
  });

  test.each([
    [0, "0.000"],
    [-0, "-0.000"],
    [1.5, "1.500"],
    [1 / 3, "0.333"],
    [-2.0006, "-2.001"],
    [-0.0001, "-0.000"],
    [0.0625, "0.062"],
    [0.1875, "0.188"],
    [-0.0625, "-0.062"],
    [1234567.9375, "1234567.938"],
    [1.0005, "1.000"],
    [999_999_999_999.999, "999999999999.999"],
  ])("REAL %d prints as C prints it: %s", (value, text) => {
    expect(realToString(value)).toBe(text);
    expect(durationToString(value)).toBe(text);
  });

  test.each([1e12, -1e12, Number.POSITIVE_INFINITY, Number.NaN])(
    "REAL %d is out of range and fails the task",
    (value) => {
      expect(() => realToString(value)).toThrow(VclFailure);
    },
  );

  test("a printed REAL is the nearest number with three decimals", () => {
    const exact = (value: number) => {
      // The double as a fraction over 2^k, in whole thousandths, halves to even.
      let k = 0n;
      let x = Math.abs(value);
      for (; !Number.isInteger(x); x *= 2) k++;
      const scaled = BigInt(x) * 1000n;
      const unit = 1n << k;
      let n = scaled / unit;
      const twice = (scaled % unit) * 2n;
      if (twice > unit || (twice === unit && n % 2n === 1n)) n++;
      const digits = String(n).padStart(4, "0");
      const sign = value < 0 || Object.is(value, -0) ? "-" : "";
      return `${sign}${digits.slice(0, -3)}.${digits.slice(-3)}`;
    };
    const reals = fc.oneof(
      fc.double({ min: -1e11, max: 1e11, noNaN: true }),
      fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 16),
      fc.double({ min: -10, max: 10, noNaN: true }),
    );
    fc.assert(
      fc.property(reals, (value) => {
        expect(realToString(value)).toBe(exact(value));
      }),
      { numRuns: 500 },
    );
  });

  test("the failure shows the number as Varnish shows it", () => {
    expect(() => realToString(-1.25e16)).toThrow("REAL overflow converting to string (-1.250000e+16)");
    expect(() => intToString(9999999999999990000)).toThrow(
      "INT overflow converting to string (8AC7230489E7D800)",
    );
  });

  test("BOOL, IP, BLOB and names", () => {
    expect(boolToString(true)).toBe("true");
    expect(ipToString(ip("192.0.2.1", 80))).toBe("192.0.2.1");
    expect(blobToString(blob("hello"))).toBe(":aGVsbG8=:");
    expect(blobToString(undefined)).toBeUndefined();
    expect(backendToString(undefined)).toBeUndefined();
  });

  test("a NULL IP fails the task", () => {
    expect(() => ipToString(undefined)).toThrow(VclFailure);
  });

  test("lower and upper change ASCII letters only, and leave NULL", () => {
    expect(lower("ABC\xc9\xdf")).toBe("abc\xc9\xdf");
    expect(upper("abc\xe9\xdf\xb5\xff")).toBe("ABC\xe9\xdf\xb5\xff");
    expect(lower(undefined)).toBeUndefined();
    expect(upper(undefined)).toBeUndefined();
  });

  test("bytes survive the way through text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
        expect(latin1Bytes(latin1Text(bytes))).toEqual(bytes);
      }),
      { numRuns: 20 },
    );
    expect(hexText(Uint8Array.of(0, 15, 255))).toBe("000fff");
  });
});
