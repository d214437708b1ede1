import { isHeaderValue, isValidStatus } from "../../http/index.js";
import { VclFailure } from "../../values/failure.js";

/** Texts that must not become empty: URL, method, protocol, reason. */
export function nonEmpty(variable: string, value: string | undefined): string {
  if (value === undefined || value === "") throw new VclFailure(`Setting ${variable} to empty string`);
  return value;
}

/** A reason phrase that VCL sets: what cannot be in a header line cannot be in a status line. */
export function checkedReason(variable: string, value: string | undefined): string {
  const reason = nonEmpty(variable, value);
  if (!isHeaderValue(reason)) throw new VclFailure(`Bad ${variable}: ${reason}`);
  return reason;
}

/** Durations that cannot be negative; what is no number counts as 0. */
export function nonNegative(seconds: number): number {
  return seconds > 0 ? seconds : 0;
}

/** A status that VCL sets. */
export function checkedStatus(variable: string, status: number): number {
  if (!isValidStatus(status)) throw new VclFailure(`illegal ${variable} (${status})`);
  return status;
}
