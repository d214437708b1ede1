import { VclFailure } from "../../runtime/index.js";
import { isNegative, partsOf } from "./numbers.js";

const formats = /^%(?:\.(\d*))?([aAeEfFgG])$/;
/** More digits than this have no place in the memory of a task. */
const mostDigits = 4096;

/** A number in one of C's formats. Digits are exact, halves go to the even neighbour. */
export function strfromd(format: string | undefined, value: number): string {
  const [, digits, letter = ""] = formats.exec(format ?? "") ?? [];
  if (letter === "") throw new VclFailure(`math.strfromd("${format ?? "<NULL>"}", ...): Invalid format`);
  const precision = digits === undefined ? undefined : Number(digits);
  if (precision !== undefined && precision > mostDigits) {
    throw new VclFailure("math.strfromd(): out of workspace");
  }
  const sign = isNegative(value) ? "-" : "";
  const text = sign + magnitude(Math.abs(value), letter.toLowerCase(), precision);
  return letter === letter.toLowerCase() ? text : text.toUpperCase();
}

function magnitude(x: number, letter: string, precision: number | undefined): string {
  if (Number.isNaN(x)) return "nan";
  if (x === Infinity) return "inf";
  if (letter === "a") return hexadecimal(x, precision);
  if (letter === "e") return exponential(scientific(x, precision ?? 6));
  if (letter === "f") return fixed(x, precision ?? 6);
  return general(x, Math.max(1, precision ?? 6));
}

/** numerator / denominator as the nearest integer. */
function divide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = 2n * (numerator % denominator);
  const isUp = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return isUp ? quotient + 1n : quotient;
}

/** x times 10^power as the nearest integer. */
function scaled(x: number, power: number): bigint {
  const { mantissa, exponent } = partsOf(x);
  let [numerator, denominator] = [mantissa, 1n];
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  if (power >= 0) numerator *= 10n ** BigInt(power);
  else denominator *= 10n ** BigInt(-power);
  return divide(numerator, denominator);
}

function fixed(x: number, precision: number): string {
  const digits = String(scaled(x, precision)).padStart(precision + 1, "0");
  return withPoint(digits, digits.length - precision);
}

function withPoint(digits: string, place: number): string {
  return place >= digits.length ? digits : `${digits.slice(0, place)}.${digits.slice(place)}`;
}

interface Scientific {
  /** One in front of the point, the others behind. */
  readonly digits: string;
  readonly exponent: number;
}

function scientific(x: number, precision: number): Scientific {
  if (x === 0) return { digits: "0".repeat(precision + 1), exponent: 0 };
  // One too many where x is just below a power of ten that its shortest text rounds up to; rounding may carry into one more digit.
  let exponent = Number(x.toExponential().split("e")[1]);
  let digits = String(scaled(x, precision - exponent));
  if (digits.length <= precision) digits = String(scaled(x, precision - --exponent));
  if (digits.length > precision + 1) digits = String(scaled(x, precision - ++exponent));
  return { digits, exponent };
}

function exponential({ digits, exponent }: Scientific): string {
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${withPoint(digits, 1)}e${exponent < 0 ? "-" : "+"}${size}`;
}

/** Whichever of both is shorter, without zeros at the end. */
function general(x: number, precision: number): string {
  const found = scientific(x, precision - 1);
  const { exponent } = found;
  if (exponent >= -4 && exponent < precision) return withoutZeros(fixed(x, precision - 1 - exponent));
  return exponential({ exponent, digits: found.digits.charAt(0) + found.digits.slice(1).replace(/0+$/, "") });
}

function withoutZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function hexadecimal(x: number, precision: number | undefined): string {
  const { mantissa, exponent } = partsOf(x);
  // The digit in front of the point is 0 for a subnormal number, else 1; 13 stand behind it.
  let bits = mantissa;
  let power = x === 0 ? 0 : exponent + 52;
  let digits = 13;
  if (precision !== undefined) {
    if (precision < 13) bits = divide(mantissa, 16n ** BigInt(13 - precision));
    else bits = mantissa * 16n ** BigInt(precision - 13);
    digits = precision;
  }
  if (x === 0) power = 0;
  const text = bits.toString(16).padStart(digits + 1, "0");
  const all = withPoint(text, text.length - digits);
  const shown = precision === undefined ? withoutZeros(all) : all;
  return `0x${shown}p${power < 0 ? "-" : "+"}${Math.abs(power)}`;
}
