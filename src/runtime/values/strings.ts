import type { Director } from "../director/director.js";
import type { Stevedore } from "../cache/stevedore.js";
import type { Probe } from "../vcl/vpi.js";
import type { Acl } from "./acl.js";
import { VclFailure } from "./failure.js";
import type { Ip } from "./ip.js";

/** The largest INT or BYTES that VCL prints. */
export const printableInteger = 999_999_999_999_999;
/** The largest REAL or DURATION that VCL prints. */
export const printableReal = 999_999_999_999.999;

/** An INT in decimal; fails the task outside ±999 999 999 999 999. */
export function intToString(value: number): string {
  if (!(Math.abs(value) <= printableInteger)) {
    throw new VclFailure(`INT overflow converting to string (${hexadecimal(value)})`);
  }
  return String(value);
}

/** As C's `%jX` prints a 64-bit integer. */
function hexadecimal(value: number): string {
  return Number.isFinite(value)
    ? BigInt.asUintN(64, BigInt(Math.trunc(value)))
        .toString(16)
        .toUpperCase()
    : "0";
}

/** As C's `%e` prints a large number. */
function exponential(value: number): string {
  if (Number.isNaN(value)) return "nan";
  return Number.isFinite(value) ? value.toExponential(6) : value > 0 ? "inf" : "-inf";
}

/** BYTES in decimal, without a unit; the range of INT. */
export function bytesToString(value: number): string {
  return intToString(value);
}

/** A REAL with three decimals, as C's `%.3f`; fails the task outside ±999 999 999 999.999. */
export function realToString(value: number): string {
  if (!(Math.abs(value) <= printableReal)) {
    throw new VclFailure(`REAL overflow converting to string (${exponential(value)})`);
  }
  if (Object.is(value, -0)) return "-0.000";
  return isTie(value) ? roundHalfToEven(value) : value.toFixed(3);
}

/** A number halfway between two that have three decimals is an odd multiple of 1/16: 1/2000 has no other binary fractions. */
function isTie(value: number): boolean {
  const sixteenths = value * 16;
  return Number.isInteger(sixteenths) && sixteenths % 2 !== 0;
}

/** `toFixed` rounds a tie up, C to the even digit. */
function roundHalfToEven(value: number): string {
  const below = Math.floor(Math.abs(value) * 1000);
  const thousandths = String(below % 2 === 0 ? below : below + 1).padStart(4, "0");
  return `${value < 0 ? "-" : ""}${thousandths.slice(0, -3)}.${thousandths.slice(-3)}`;
}

/** A DURATION in seconds with three decimals, without a unit; the range of REAL. */
export function durationToString(seconds: number): string {
  return realToString(seconds);
}

export function boolToString(value: boolean): string {
  return value ? "true" : "false";
}

/** The numeric address without the port. NULL fails the task. */
export function ipToString(value: Ip | undefined): string {
  if (value === undefined) throw new VclFailure("Cannot convert a NULL IP to STRING");
  return value.text;
}

/** The name that VCL gave the backend; NULL (`none`) stays NULL. */
export function backendToString(value: Director): string;
export function backendToString(value: Director | undefined): string | undefined;
export function backendToString(value: Director | undefined): string | undefined {
  return value?.vclName;
}

export function aclToString(value: Acl): string;
export function aclToString(value: Acl | undefined): string | undefined;
export function aclToString(value: Acl | undefined): string | undefined {
  return value?.name;
}

export function probeToString(value: Probe): string;
export function probeToString(value: Probe | undefined): string | undefined;
export function probeToString(value: Probe | undefined): string | undefined {
  return value?.name;
}

/** As VCL writes it. */
export function stevedoreToString(value: Stevedore): string;
export function stevedoreToString(value: Stevedore | undefined): string | undefined;
export function stevedoreToString(value: Stevedore | undefined): string | undefined {
  return value && `storage.${value.name}`;
}

/** `.lower()`: ASCII letters only; NULL stays NULL. */
export function lower(text: string): string;
export function lower(text: string | undefined): string | undefined;
export function lower(text: string | undefined): string | undefined {
  return text?.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** `.upper()`: ASCII letters only; NULL stays NULL. */
export function upper(text: string): string;
export function upper(text: string | undefined): string | undefined;
export function upper(text: string | undefined): string | undefined {
  return text?.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
