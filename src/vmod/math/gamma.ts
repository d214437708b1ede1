/** Γ and what is near it by Stirling's series, the error function by its series and its continued fraction. */

/** B(2k) / (2k (2k - 1)), the coefficients of Stirling's series. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
/** From here on, seven terms of the series give all digits of a double. */
const largeEnough = 15;

/** ln Γ(x) - ((x - 1/2) ln x - x + ln(2π) / 2), for a large x. */
function correction(x: number): number {
  let sum = 0;
  for (let k = stirling.length - 1; k >= 0; k--) sum = sum / (x * x) + (stirling[k] ?? 0);
  return sum / x;
}

/** sin(πx), exact at whole numbers. */
function sinPi(x: number): number {
  const rest = x % 2;
  return Number.isInteger(rest) ? 0 : Math.sin(Math.PI * rest);
}

/** x (x + 1) … up to what is large enough, and the number behind. */
function raise(x: number): { product: number; raised: number } {
  let product = 1;
  let raised = x;
  for (; raised < largeEnough; raised++) product *= raised;
  return { product, raised };
}

export function tgamma(x: number): number {
  if (x === 0) return 1 / x;
  if (x === -Infinity || (x < 0 && Number.isInteger(x))) return Number.NaN;
  if (x < 0.5) return Math.PI / (sinPi(x) * tgamma(1 - x));
  if (Number.isInteger(x) && x <= 171) {
    let product = 1;
    for (let i = 2; i < x; i++) product *= i;
    return product;
  }
  if (x > 172) return Infinity;
  const { product, raised } = raise(x);
  // The power alone may be out of range where the result is not.
  const half = raised ** ((raised - 0.5) / 2);
  return ((half * Math.exp(-raised + correction(raised)) * half) / product) * Math.sqrt(2 * Math.PI);
}

export function lgamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x) || (x <= 0 && Number.isInteger(x))) return Infinity;
  if (Math.abs(x) < 1e-20) return -Math.log(Math.abs(x));
  if (x < 0.5) return Math.log(Math.PI / Math.abs(sinPi(x))) - lgamma(1 - x);
  if (x === 1 || x === 2) return 0;
  const { product, raised } = raise(x);
  const atRaised = (raised - 0.5) * Math.log(raised) - raised + Math.log(2 * Math.PI) / 2;
  return atRaised + correction(raised) - Math.log(product);
}

/** exp(-x²), with x² in two parts: its rounding would be magnified. */
function expMinusSquare(x: number): number {
  const high = Math.fround(x);
  return Math.exp(-high * high) * Math.exp((high - x) * (high + x));
}

export function erf(x: number): number {
  const size = Math.abs(x);
  if (size >= 1) return Number.isNaN(x) ? x : Math.sign(x) * (1 - erfc(size));
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * expMinusSquare(x) * sum;
}

export function erfc(x: number): number {
  if (x < 1 || Number.isNaN(x)) return x <= -1 ? 2 - erfc(-x) : 1 - erf(x);
  if (x > 28) return 0;
  let fraction = x;
  for (let k = 300; k > 0; k--) fraction = x + k / 2 / fraction;
  return expMinusSquare(x) / (Math.sqrt(Math.PI) * fraction);
}
