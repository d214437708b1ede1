import { describe, expect, test } from "vitest";
import * as math from "../../src/vmod/math/index.js";
import { makeTask } from "../support/vmod-task.js";
import { reasonOf } from "../support/vmod-vcl.js";

const task = makeTask("client", "vcl_recv");

/** Values of the C library of GNU. */
const values: readonly (readonly [keyof typeof math, readonly number[], number])[] = [
  ["erf", [0.3], 0.3286267594591274],
  ["erf", [-1.5], -0.9661051464753108],
  ["erfc", [0.999], 0.15771472979350307],
  ["erfc", [10], 2.088487583762545e-45],
  ["tgamma", [5], 24],
  ["tgamma", [-1.5], 2.363271801207355],
  ["tgamma", [0.1], 9.513507698668732],
  ["tgamma", [172], Infinity],
  ["tgamma", [-2], Number.NaN],
  ["lgamma", [1e-310], 713.8013788281542],
  ["lgamma", [100], 359.1342053695754],
  ["lgamma", [-2.5], -0.056243716497674054],
  ["lgamma", [0], Infinity],
  ["j0", [2.5], -0.04838377646819796],
  ["j0", [100], 0.01998585030422312],
  ["j1", [-3], -0.3390589585259365],
  ["y0", [0.1], -1.5342386513503667],
  ["y1", [30.3], 0.0453522094260398],
  ["y1", [0], -Infinity],
  ["y0", [-1], Number.NaN],
  ["jn", [7, 1.5], 2.467979578828794e-5],
  ["jn", [-3, 2.5], -0.21660039103911354],
  ["jn", [3000, 1], 0],
  ["yn", [3, 2.5], -0.7560554967536709],
  ["rint", [2.5], 2],
  ["rint", [3.5], 4],
  ["rint", [-0.2], -0],
  ["nearbyint", [-1.5], -2],
  ["round", [2.5], 3],
  ["round", [-2.5], -3],
  ["lrint", [1.5], 2],
  ["acos", [0.5], 1.0471975511965979],
  ["acosh", [2], 1.3169578969248166],
  ["asin", [0.5], 0.5235987755982989],
  ["asinh", [2], 1.4436354751788103],
  ["atan", [2], 1.1071487177940904],
  ["atan2", [1, -2], 2.677945044588987],
  ["atanh", [0.5], 0.5493061443340548],
  ["cbrt", [-27], -3],
  ["cos", [2], -0.4161468365471424],
  ["cosh", [2], 3.7621956910836314],
  ["exp", [2], 7.38905609893065],
  ["expm1", [1e-10], 1.00000000005e-10],
  ["fabs", [-2.5], 2.5],
  ["hypot", [3, 4], 5],
  ["log10", [1000], 3],
  ["log1p", [1e-10], 9.999999999500001e-11],
  ["log2", [8], 3],
  ["sinh", [2], 3.626860407847019],
  ["tan", [2], -2.185039863261519],
  ["tanh", [2], 0.9640275800758169],
  ["lround", [-0.5], -1],
  ["logb", [12.34], 3],
  ["logb", [5e-324], -1074],
  ["logb", [0], -Infinity],
  ["ilogb", [0.1], -4],
  ["ilogb", [0], -2147483648],
  ["ilogb", [Infinity], 2147483647],
  ["ldexp", [0.75, 3], 6],
  ["scalbn", [1, -1074], 5e-324],
  ["scalbln", [5e-324, 2000], 2 ** 926],
  ["fdim", [3, 1], 2],
  ["fdim", [1, 3], 0],
  ["fmax", [Number.NaN, 1], 1],
  ["fmin", [1, Number.NaN], 1],
  ["fmod", [-7, 3], -1],
  ["remainder", [7, 4], -1],
  ["remainder", [6, 4], -2],
  ["remainder", [2, 4], 2],
  ["remainder", [1e300, 3], 0],
  ["fma", [0.1, 10, -1], 5.551115123125783e-17],
  ["fma", [1e200, 1e200, -Infinity], -Infinity],
  ["copysign", [3, -0], -3],
  ["nextafter", [1, 2], 1.0000000000000002],
  ["nextafter", [0, -1], -5e-324],
  ["pow", [1, Number.NaN], 1],
  ["exp2", [10], 1024],
  ["fpclassify", [5e-324], 3],
  ["isinf", [-Infinity], -1],
  ["isnormal", [5e-324], 0],
  ["isfinite", [1], 1],
  ["signbit", [-0], 1],
  ["isunordered", [Number.NaN, 1], 1],
  ["islessgreater", [1, 1], 0],
  ["isgreater", [2, 1], 1],
];

test.each(values)("%s(%j) is %d", (name, args, value) => {
  const compute = math[name] as unknown as (of: typeof task, ...args: readonly number[]) => number;
  const result = compute(task, ...args);
  if (Number.isFinite(value) && !Number.isInteger(value)) {
    expect(Math.abs(result - value) / Math.abs(value)).toBeLessThan(1e-12);
  } else {
    expect(result).toBe(value);
  }
});

test("an order that would take forever fails", () => {
  expect(() => math.jn(task, 1e9, 1e9)).toThrow("math.jn(): order 1000000000 is too high");
});

describe("strfromd", () => {
  test.each([
    ["%a", 0.1, "0x1.999999999999ap-4"],
    ["%.13a", 0.1, "0x1.999999999999ap-4"],
    ["%.3a", 15.9999, "0x2.000p+3"],
    ["%A", -0, "-0X0P+0"],
    ["%.17e", 0.1, "1.00000000000000006e-01"],
    ["%.17f", 0.1, "0.10000000000000001"],
    ["%.0f", 2.5, "2"],
    ["%.0f", 1.5, "2"],
    ["%f", 1e23, "99999999999999991611392.000000"],
    ["%e", 9.9999999, "1.000000e+01"],
    ["%.f", 0.5, "0"],
    ["%g", 0.1, "0.1"],
    ["%g", 0.00001, "1e-05"],
    ["%g", 999999.5, "1e+06"],
    ["%G", 1e300, "1E+300"],
    ["%F", Infinity, "INF"],
    ["%f", Number.NaN, "nan"],
  ])("%s of %d is %s", (format, value, text) => {
    expect(math.strfromd(task, format, value)).toBe(text);
  });

  test.each(["%5f", "f", "%d", "%.2", "%f%f", "", "%s"])("does not take %j", (format) => {
    expect(() => math.strfromd(task, format, 1)).toThrow(`math.strfromd("${format}", ...): Invalid format`);
  });

  test("says which format is missing, and keeps to a sensible length", () => {
    expect(() => math.strfromd(task, undefined, 1)).toThrow('math.strfromd("<NULL>", ...): Invalid format');
    expect(() => math.strfromd(task, "%.999999999f", 1)).toThrow("out of workspace");
  });
});

test("approx: a difference that rounding explains does not count", () => {
  expect(math.approx(task, Math.sin(Math.PI), 0, 0, 0)).toBe(true);
  expect(math.approx(task, 0.1 + 0.2, 0.3, 0, 0)).toBe(true);
  expect(math.approx(task, 1, 1.1, 0, 0)).toBe(false);
  expect(math.approx(task, 1, 1.1, 0.2, 0)).toBe(true);
  expect(math.approx(task, 100, 101, 0, 0.01)).toBe(true);
});

test("in VCL: constants, conditions and formats", async () => {
  const statements = `
    if (math.isnan(math.sqrt(-1)) && !math.isnan(1) && math.fpclassify(math.sin(math.constant(M_PI))) != math.fpclass(FP_ZERO)) {
      return (synth(200, math.strfromd("%.4f", math.constant(M_PI)) + " " + math.pow(2, 0.5) + " " + math.lround(2.5) + " " + math.approx(1, 1)));
    }`;
  expect(await reasonOf({ math }, statements)).toBe("3.1416 1.414 3 true");
});

test.each([
  ["isless", [1, 0, 0]],
  ["islessequal", [1, 1, 0]],
  ["isgreaterequal", [0, 1, 1]],
] as const)("%s compares", (name, answers) => {
  expect([1, 2, 3].map((x) => math[name](task, x, 2))).toEqual(answers);
  expect(math[name](task, Number.NaN, 2)).toBe(0);
});
