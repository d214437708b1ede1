/** What a number was read as: thousandths are exact, so that "no fraction" can be told. */
export interface ScannedNumber {
  readonly value: number;
  /** The fraction in thousandths, 0 to 999; further digits are dropped, not rounded. */
  readonly thousandths: number;
  readonly hasPoint: boolean;
  /** What follows the number and the blanks behind it. */
  readonly rest: string;
}

/** Largest integer part of a number with a fraction, and of a REAL (structured-field numbers, RFC 8941 section 3.3). */
const largestReal = 999_999_999_999.999;

const pattern = /^[ \t]*(-?)(\d*)(\.?)(\d*)[ \t]*/;

/**
 * Reads a number as Varnish does: blanks, `-`, digits, a point and digits; no `+`, exponent or hexadecimal. `strict` asks for a digit before
 * and one to three digits behind the point. Answers with what is wrong as a text.
 */
export function scanNumber(text: string, { strict = false } = {}): ScannedNumber | string {
  const match = pattern.exec(text);
  const [all = "", sign = "", integer = "", point = "", fraction = ""] = match ?? [];
  const hasPoint = point !== "";
  if (integer === "" && (strict || fraction === "")) return "Invalid number";
  if (strict && hasPoint && (fraction === "" || fraction.length > 3)) return "Invalid number";
  if (integer.length > 15) return "Too many digits";
  if (hasPoint && Number(integer) > Math.floor(largestReal)) return "Too many digits";
  const thousandths = Number(fraction.slice(0, 3).padEnd(3, "0"));
  const magnitude = Number(integer) + thousandths / 1000;
  return { value: sign ? -magnitude : magnitude, thousandths, hasPoint, rest: text.slice(all.length) };
}

/** A text that is an integer, a fraction of zeros allowed. */
export function parseInteger(text: string): number | string {
  const scanned = scanNumber(text);
  if (typeof scanned === "string") return scanned;
  if (scanned.rest !== "") return "Invalid number";
  return scanned.thousandths === 0 ? scanned.value : "Not an integer";
}

/** A text that is a REAL. */
export function parseReal(text: string): number | string {
  const scanned = scanNumber(text);
  if (typeof scanned === "string") return scanned;
  if (scanned.rest !== "") return "Invalid number";
  return Math.abs(scanned.value) <= largestReal ? scanned.value : "Too many digits";
}

const durationUnits: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** A number with its unit, in seconds; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const scanned = scanNumber(text);
  if (typeof scanned === "string") return undefined;
  const unit = durationUnits[scanned.rest.trimEnd()];
  return unit === undefined ? undefined : scanned.value * unit;
}

/** A size with an optional unit, in bytes; undefined when it is none. */
export function parseBytes(text: string): number | undefined {
  const scanned = scanNumber(text, { strict: true });
  if (typeof scanned === "string" || scanned.value < 0) return undefined;
  const unit = /^(?:([kmgtp])b?|b)?[ \t]*$/i.exec(scanned.rest);
  if (!unit) return undefined;
  const power = unit[1] === undefined ? 0 : "kmgtp".indexOf(unit[1].toLowerCase()) + 1;
  if (power === 0 && scanned.thousandths !== 0) return undefined;
  const bytes = Math.trunc(scanned.value * 1024 ** power);
  return bytes <= Number.MAX_SAFE_INTEGER ? bytes : undefined;
}
