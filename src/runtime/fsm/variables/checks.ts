import { isHeaderValue, isValidStatus, type HttpHeaders } from "../../http/index.js";
import { VclFailure } from "../../values/failure.js";

/**
 * A text of a message's first line that VCL sets: URL, method, protocol. It must not become empty, and it is taken from the workspace as header
 * fields are: one that does not fit is lost, and what was `before` stays.
 */
export function lineText(
  variable: string,
  value: string | undefined,
  { workspace }: HttpHeaders,
  before: string,
): string {
  if (value === undefined || value === "") throw new VclFailure(`Setting ${variable} to empty string`);
  if (!workspace || workspace.take(value.length + 1)) return value;
  workspace.lose(variable);
  return before;
}

/** A reason phrase that VCL sets: what cannot be in a header line cannot be in a status line. */
export function reasonText(
  variable: string,
  value: string | undefined,
  http: HttpHeaders,
  before: string,
): string {
  const reason = lineText(variable, value, http, before);
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
