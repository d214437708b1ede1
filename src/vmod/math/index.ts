import type { Task } from "../../runtime/index.js";
import { besselJ, besselY } from "./bessel.js";
import { classes, constants } from "./constants.js";
import * as gamma from "./gamma.js";
import * as numbers from "./numbers.js";
import { strfromd as format } from "./strfromd.js";

type Unary = (task: Task, x: number) => number;
type Binary = (task: Task, x: number, y: number) => number;

const of =
  (compute: (x: number) => number): Unary =>
  (_task, x) =>
    compute(x);
const ofTwo =
  (compute: (x: number, y: number) => number): Binary =>
  (_task, x, y) =>
    compute(x, y);
/** C's truth values are numbers. */
const is =
  (holds: (x: number) => boolean): Unary =>
  (_task, x) =>
    Number(holds(x));
const compare =
  (holds: (x: number, y: number) => boolean): Binary =>
  (_task, x, y) =>
    Number(holds(x, y));

/** The math VMOD; math.vcc says what each function does. */
export const acos = of(Math.acos);
export const acosh = of(Math.acosh);
export const asin = of(Math.asin);
export const asinh = of(Math.asinh);
export const atan = of(Math.atan);
export const atan2 = ofTwo(Math.atan2);
export const atanh = of(Math.atanh);
export const cbrt = of(Math.cbrt);
export const ceil = of(Math.ceil);
export const copysign = ofTwo(numbers.copysign);
export const cos = of(Math.cos);
export const cosh = of(Math.cosh);
export const erf = of(gamma.erf);
export const erfc = of(gamma.erfc);
export const exp = of(Math.exp);
export const exp2 = of((x) => 2 ** x);
export const expm1 = of(Math.expm1);
export const fabs = of(Math.abs);
export const fdim = ofTwo((x, y) => (x <= y ? 0 : x - y));
export const floor = of(Math.floor);
export const fmax = ofTwo((x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.max(x, y)));
export const fmin = ofTwo((x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.min(x, y)));
export const fmod = ofTwo((x, y) => x % y);
export const fpclassify = of(numbers.fpclassify);
export const hypot = ofTwo(Math.hypot);
export const ilogb = of(numbers.ilogb);
export const isfinite = is(Number.isFinite);
export const isgreater = compare((x, y) => x > y);
export const isgreaterequal = compare((x, y) => x >= y);
export const isinf = of((x) => (x === Infinity ? 1 : x === -Infinity ? -1 : 0));
export const isless = compare((x, y) => x < y);
export const islessequal = compare((x, y) => x <= y);
export const islessgreater = compare((x, y) => x < y || x > y);
export const isnan = is(Number.isNaN);
export const isnormal = is((x) => numbers.fpclassify(x) === classes.FP_NORMAL);
export const isunordered = compare((x, y) => Number.isNaN(x) || Number.isNaN(y));
export const j0 = of((x) => besselJ(0, x));
export const j1 = of((x) => besselJ(1, x));
export const jn = ofTwo(besselJ);
export const ldexp = ofTwo(numbers.ldexp);
export const lgamma = of(gamma.lgamma);
export const log = of(Math.log);
export const log10 = of(Math.log10);
export const log1p = of(Math.log1p);
export const log2 = of(Math.log2);
export const logb = of(numbers.logb);
export const lrint = of((x) => numbers.toInteger(numbers.rint(x)));
export const lround = of((x) => numbers.toInteger(numbers.round(x)));
export const nextafter = ofTwo(numbers.nextafter);
export const pow = ofTwo(power);
export const remainder = ofTwo(numbers.remainder);
export const rint = of(numbers.rint);
export { rint as nearbyint };
export const round = of(numbers.round);
export { ldexp as scalbln, ldexp as scalbn };
export const signbit = is(numbers.isNegative);
export const sin = of(Math.sin);
export const sinh = of(Math.sinh);
export const sqrt = of(Math.sqrt);
export const tan = of(Math.tan);
export const tanh = of(Math.tanh);
export const tgamma = of(gamma.tgamma);
export const trunc = of(Math.trunc);
export const y0 = of((x) => besselY(0, x));
export const y1 = of((x) => besselY(1, x));
export const yn = ofTwo(besselY);

/** Unlike JavaScript, C has 1 for any power of 1, and for an infinite power of -1. */
function power(x: number, y: number): number {
  return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
}

export function fma(_task: Task, x: number, y: number, z: number): number {
  return numbers.fma(x, y, z);
}

export function nan(_task: Task, _tag: string | undefined): number {
  return Number.NaN;
}

export function approx(_task: Task, a: number, b: number, maxDiff: number, maxRelDiff: number): boolean {
  const difference = Math.abs(a - b);
  const largest = Math.max(Math.abs(a), Math.abs(b));
  return (
    difference <= (maxDiff === 0 ? 4 * Number.EPSILON : maxDiff) ||
    difference <= largest * (maxRelDiff === 0 ? Number.EPSILON : maxRelDiff)
  );
}

export function strfromd(_task: Task, text: string | undefined, fp: number): string {
  return format(text, fp);
}

export function constant(_task: Task, name: keyof typeof constants): number {
  return constants[name];
}

export function fpclass(_task: Task, name: keyof typeof classes): number {
  return classes[name];
}
