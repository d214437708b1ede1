import { printableReal } from "./strings.js";
import { parseDate } from "./time.js";

/** What std's converters make of a text: the value, or why it is none. */
export type Parsed = { readonly value: number } | { readonly error: string };

interface NumberText {
  readonly value: number;
  /** Whether there was a point. */
  readonly fraction: boolean;
  /** What follows, blanks skipped. */
  readonly rest: string;
}

const lenient = /^[ \t]*(-?)(\d*)(?:(\.)(\d*))?[ \t]*/;
const strict = /^[ \t]*(-?)(\d+)(?:(\.)(\d{1,3})(?!\d))?[ \t]*/;

const invalid = { error: "Invalid number" } as const;

/** A number of RFC 8941, which knows no exponent and at most 15 digits; only three decimals count, the others are cut off. */
function readNumber(text: string, form: RegExp): NumberText | { error: string } {
  const match = form.exec(text);
  const digits = match?.[2] ?? "";
  const decimals = match?.[4] ?? "";
  if (!match || digits + decimals === "") return invalid;
  const fraction = match[3] !== undefined;
  if (digits.length > 15) return { error: "Too many digits" };
  const whole = Number(digits);
  const size = withDecimals(whole, decimals);
  if (fraction && whole > printableReal) return { error: "Too many digits" };
  return { value: match[1] === "-" ? -size : size, fraction, rest: text.slice(match[0].length) };
}

/** Adds the first three decimals, one by one as Varnish does, whose text `0.3` is therefore a little more than VCL's 0.3. */
function withDecimals(whole: number, decimals: string): number {
  let value = whole;
  let scale = 1;
  for (const digit of decimals.slice(0, 3)) {
    scale *= 0.1;
    value += scale * Number(digit);
  }
  return value;
}

/** std.integer: a number whose fraction, if any, is zero. */
export function parseInteger(text: string | undefined): Parsed {
  const number = readNumber(text ?? "", lenient);
  if ("error" in number) return number;
  if (number.rest !== "" || !Number.isInteger(number.value)) return invalid;
  return { value: number.value + 0 };
}

/** std.real */
export function parseReal(text: string | undefined): Parsed {
  const number = readNumber(text ?? "", lenient);
  if ("error" in number) return number;
  if (number.rest !== "") return invalid;
  if (Math.abs(number.value) > printableReal) return { error: "Too many digits" };
  return { value: number.value };
}

/** The units of a DURATION, in seconds. */
const durationUnits: ReadonlyMap<string, number> = new Map([
  ["ms", 0.001],
  ["s", 1],
  ["m", 60],
  ["h", 3600],
  ["d", 86_400],
  ["w", 604_800],
  ["y", 31_536_000],
]);

/** std.duration: a number and one unit, in lower case. */
export function parseDuration(text: string | undefined): Parsed {
  const number = readNumber(text ?? "", lenient);
  if ("error" in number) return number;
  const unit = durationUnits.get(number.rest.replace(/[ \t]+$/, ""));
  return unit === undefined ? { error: "Invalid duration unit" } : { value: number.value * unit };
}

const byteUnits = ["", "k", "m", "g", "t", "p"] as const;

/** std.bytes: a number that is not negative, with an optional unit in powers of 1024, each optionally followed by `b`. */
export function parseBytes(text: string | undefined): Parsed {
  const number = readNumber(text ?? "", strict);
  if ("error" in number) return number;
  const match = /^([kmgtp]?)b?[ \t]*$/i.exec(number.rest);
  if (!match) return { error: "Unknown BYTES unit of measurement ([KMGTP][B])" };
  if (number.value < 0) return { error: "BYTES cannot be negative" };
  const power = byteUnits.indexOf((match[1] ?? "").toLowerCase() as "k");
  if (power === 0 && !Number.isInteger(number.value)) return { error: "Fractional BYTES not allowed" };
  const value = Math.trunc(number.value * 1024 ** power);
  return value > Number.MAX_SAFE_INTEGER ? { error: "Too many digits" } : { value: value + 0 };
}

/** std.time: a date, `relaxed` or not, or a number of seconds since the epoch that is above zero. */
export function parseTime(text: string | undefined, relaxed = false): Parsed {
  const date = parseDate(text ?? "", relaxed);
  // Zero is how the reference's date reader says no.
  if (date !== undefined && date !== 0) return { value: date };
  const number = readNumber(text ?? "", lenient);
  if ("error" in number) return number;
  return number.rest === "" && number.value > 0 ? { value: number.value } : { error: "Invalid time" };
}
