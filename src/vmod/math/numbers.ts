import { classes, constants } from "./constants.js";

const view = new DataView(new ArrayBuffer(8));

/** Whether there is a minus sign, also before a zero. */
export function isNegative(x: number): boolean {
  return x < 0 || Object.is(x, -0);
}

export function copysign(x: number, y: number): number {
  return isNegative(y) ? -Math.abs(x) : Math.abs(x);
}

export function fpclassify(x: number): number {
  if (Number.isNaN(x)) return classes.FP_NAN;
  if (!Number.isFinite(x)) return classes.FP_INFINITE;
  if (x === 0) return classes.FP_ZERO;
  return Math.abs(x) < constants.DBL_MIN ? classes.FP_SUBNORMAL : classes.FP_NORMAL;
}

/** The exponent e of a finite x that is not 0: 2^e <= |x| < 2^(e+1). */
function exponentOf(x: number): number {
  if (Math.abs(x) < constants.DBL_MIN) return exponentOf(x * 2 ** 54) - 54;
  view.setFloat64(0, x);
  return ((view.getUint16(0) >> 4) & 0x7ff) - 1023;
}

export function logb(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x === 0) return -Infinity;
  return Number.isFinite(x) ? exponentOf(x) : Infinity;
}

/** For what has no exponent, the limits that the C library of GNU chose. */
export function ilogb(x: number): number {
  const exponent = logb(x);
  if (Number.isNaN(exponent) || exponent === -Infinity) return -0x8000_0000;
  return Math.min(exponent, 0x7fff_ffff);
}

/** x times 2^e. In steps, for 2^e alone may be out of range; a step down leaves room so that only the last one rounds. */
export function ldexp(x: number, e: number): number {
  let rest = Math.max(-4200, Math.min(4200, e));
  let scaled = x;
  for (; rest > 1023; rest -= 1023) scaled *= 2 ** 1023;
  for (; rest < -1022; rest += 969) scaled *= 2 ** -969;
  return scaled * 2 ** rest;
}

/** Halves go away from zero. */
export function round(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}

/** Halves go to the even neighbour. */
export function rint(x: number): number {
  const whole = Math.trunc(x);
  const rest = Math.abs(x - whole);
  if (rest < 0.5 || (rest === 0.5 && whole % 2 === 0)) return whole;
  return Number.isNaN(rest) ? x : whole + Math.sign(x);
}

/** An INT from a whole number; for what is none, what C answers with on most machines. */
export function toInteger(x: number): number {
  return Number.isFinite(x) ? x + 0 : -(2 ** 63);
}

export function nextafter(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x === y) return y;
  if (x === 0) return copysign(Number.MIN_VALUE, y);
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + (x < y === x > 0 ? 1n : -1n));
  return view.getFloat64(0);
}

/** IEEE 754's remainder: the quotient is the nearest whole number, the even one of two. */
export function remainder(x: number, y: number): number {
  const divisor = Math.abs(y);
  if (!Number.isFinite(x) || Number.isNaN(y) || y === 0) return Number.NaN;
  if (divisor === Infinity) return x;
  const twice = 2 * divisor;
  const rest = twice === Infinity ? Math.abs(x) : Math.abs(x) % twice;
  let result = rest;
  if (2 * rest > divisor) {
    result = rest - divisor;
    if (2 * result >= divisor) result -= divisor;
  }
  return isNegative(x) ? -result : result;
}

/** A finite number as an integer times a power of two. */
export function partsOf(x: number): { readonly mantissa: bigint; readonly exponent: number } {
  if (x === 0) return { mantissa: 0n, exponent: 0 };
  const exponent = Math.max(exponentOf(x) - 52, -1074);
  return { mantissa: BigInt(ldexp(x, -exponent)), exponent };
}

/** x * y + z with a single rounding. */
export function fma(x: number, y: number, z: number): number {
  if (Number.isFinite(x) && Number.isFinite(y) && !Number.isFinite(z)) return z;
  const plain = x * y + z;
  if (x === 0 || y === 0 || z === 0 || ![x, y, z].every(Number.isFinite)) return plain;
  const [a, b, c] = [partsOf(x), partsOf(y), partsOf(z)];
  let exponent = Math.min(a.exponent + b.exponent, c.exponent);
  let sum =
    ((a.mantissa * b.mantissa) << BigInt(a.exponent + b.exponent - exponent)) +
    (c.mantissa << BigInt(c.exponent - exponent));
  if (sum === 0n) return 0;
  const surplus = (sum < 0n ? -sum : sum).toString(2).length - 64;
  if (surplus > 0) {
    // The bits that go decide no more than whether there was anything.
    const kept = sum >> BigInt(surplus);
    sum = kept << BigInt(surplus) === sum ? kept : kept | 1n;
    exponent += surplus;
  }
  return ldexp(Number(sum), exponent);
}
