import type { Ip } from "./ip.js";
import { VclFailure } from "./failure.js";

/*
 * Comparison of single STRINGs. Varnish compares them with a strcmp that answers 1 as soon as either side is NULL, which explains the
 * asymmetry: NULL equals nothing, not even NULL, and is greater than everything.
 */

/** `==` */
export function equal(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && a === b;
}

/** `!=` */
export function notEqual(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || a !== b;
}

/** Negative, zero or positive as `a` is below, equal to or above `b`, byte by byte; 1 when either is NULL. */
export function compare(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** `==` of IPs: the address counts, the port does not. NULL equals nothing. */
export function ipEqual(a: Ip | undefined, b: Ip | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const left = a.bytes;
  const right = b.bytes;
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) {
    if (left[i] !== right[i]) return false;
  }
  return true;
}

/** INT division, towards zero. Division by zero fails the task (Varnish's child process dies of it). */
export function intDivide(a: number, b: number): number {
  if (b === 0) throw new VclFailure("Division by zero");
  // The addition turns -0 into 0.
  return Math.trunc(a / b) + 0;
}

/** INT remainder, with the sign of the dividend. Zero fails the task. */
export function intModulo(a: number, b: number): number {
  if (b === 0) throw new VclFailure("Division by zero");
  return (a % b) + 0;
}
