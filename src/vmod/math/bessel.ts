import { VclFailure } from "../../runtime/index.js";

/** Bessel functions: by recurrence downwards for small arguments, by Hankel's expansion for large ones. */

const eulerGamma = 0.5772156649015329;
/** From here on, Hankel's expansion gives all digits of a double. */
const large = 25;
/** Up to here, the first term of a series is all there is in a double. */
const tiny = 1e-150;
/** Work grows with the order; no sensible one is higher. */
const highestOrder = 1_000_000;

/** J of the orders 0 to `count` at least, for x > 0: the recurrence runs downwards (Miller), and J0 + 2 J2 + 2 J4 … is 1. */
function downwards(count: number, x: number): Float64Array {
  const size = Math.max(count, Math.ceil(x));
  const start = 2 * Math.ceil((size + 30 + Math.sqrt(60 * size)) / 2);
  const values = new Float64Array(start + 2);
  values[start] = 1e-300;
  let scaleFrom = start;
  for (let n = start; n > 0; n--) {
    values[n - 1] = ((2 * n) / x) * at(values, n) - at(values, n + 1);
    if (Math.abs(at(values, n - 1)) < 1e200) continue;
    scaleFrom = Math.min(scaleFrom, start);
    for (let m = n - 1; m <= scaleFrom; m++) values[m] = at(values, m) * 1e-250;
  }
  let sum = at(values, 0);
  for (let n = 2; n <= start; n += 2) sum += 2 * at(values, n);
  return values.map((value) => value / sum);
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}

/** J and Y of order 0 or 1 for a large x. */
function hankel(order: 0 | 1, x: number): { j: number; y: number } {
  let [p, q, term] = [0, 0, 1];
  for (let k = 0; Math.abs(term) > 1e-18 && k < 60; k++) {
    const signed = k % 4 < 2 ? term : -term;
    if (k % 2 === 0) p += signed;
    else q += signed;
    term *= (4 * order - (2 * k + 1) ** 2) / ((k + 1) * 8 * x);
  }
  const [sin, cos] = [Math.sin(x), Math.cos(x)];
  // Cosine and sine of x - π/4 or x - 3π/4, without a subtraction that loses digits.
  const [c, s] = order === 0 ? [cos + sin, sin - cos] : [sin - cos, -sin - cos];
  const scale = 1 / (Math.sqrt(Math.PI) * Math.sqrt(x));
  return { j: scale * (p * c - q * s), y: scale * (p * s + q * c) };
}

/** Goes up from the orders 0 and 1. */
function upwards(n: number, x: number, first: number, second: number): number {
  let [before, value] = [first, second];
  for (let k = 1; k < n && value !== -Infinity; k++)
    [before, value] = [value, ((2 * k) / x) * value - before];
  return n === 0 ? first : value;
}

function checkOrder(name: string, n: number): void {
  if (Math.abs(n) > highestOrder) throw new VclFailure(`math.${name}(): order ${n} is too high`);
}

/** J of order n at x. */
export function besselJ(n: number, x: number): number {
  checkOrder("jn", n);
  const order = Math.abs(n);
  const size = Math.abs(x);
  const sign = order % 2 === 1 && n < 0 !== x < 0 ? -1 : 1;
  if (Number.isNaN(x)) return x;
  if (size === Infinity) return 0;
  if (size === 0) return order === 0 ? 1 : 0;
  if (size > large && order <= size) {
    return sign * upwards(order, size, hankel(0, size).j, hankel(1, size).j);
  }
  if (size < tiny) return order > 1 ? 0 : order === 1 ? (sign * size) / 2 : 1;
  // Smaller than any double.
  if (order > 2000 && order >= 2 * size) return 0;
  return sign * at(downwards(order, size), order);
}

/** Y of order n at x, for x > 0. */
export function besselY(n: number, x: number): number {
  checkOrder("yn", n);
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  const order = Math.abs(n);
  const sign = n < 0 && order % 2 === 1 ? -1 : 1;
  if (x === 0) return -Infinity * sign;
  if (x === Infinity) return 0;
  const [first, second] = x > large ? [hankel(0, x).y, hankel(1, x).y] : neumann(x);
  return sign * upwards(order, x, first, second);
}

/** Y of the orders 0 and 1 from J of all orders (Neumann's series). */
function neumann(x: number): [number, number] {
  const log = Math.log(x) - Math.LN2 + eulerGamma;
  if (x < tiny) return [(2 / Math.PI) * log, -2 / (Math.PI * x)];
  const j = downwards(1, x);
  let [first, second] = [0, 0];
  for (let k = 1; 2 * k + 1 < j.length; k++) {
    const sign = k % 2 === 0 ? 1 : -1;
    first += (sign * 2 * at(j, 2 * k)) / k;
    second += (sign * (2 * k + 1) * at(j, 2 * k + 1)) / (k * (k + 1));
  }
  return [
    (2 / Math.PI) * (log * at(j, 0) - first),
    (2 / Math.PI) * ((log - 1) * at(j, 1) - second - at(j, 0) / x),
  ];
}
