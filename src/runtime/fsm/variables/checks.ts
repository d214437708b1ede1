import { isHeaderValue, isValidStatus, reasonPhrase, type HttpHeaders } from "../../http/index.js";
import type { FirstLinePart } from "../../http/message-log.js";
import { VclFailure } from "../../values/failure.js";

/** What tags call the parts of first lines that VCL can set. */
const parts: Readonly<Record<string, FirstLinePart>> = {
  url: "URL",
  method: "Method",
  proto: "Protocol",
  reason: "Reason",
};

/**
 * A text of a message's first line that VCL sets: URL, method, protocol. It must not become empty, and it is taken from the workspace as header
 * fields are: one that does not fit is lost, and what was `before` stays.
 */
export function lineText(
  variable: string,
  value: string | undefined,
  { workspace, log }: HttpHeaders,
  before: string,
): string {
  if (value === undefined || value === "") throw new VclFailure(`Setting ${variable} to empty string`);
  if (!workspace || workspace.take(value.length + 1)) {
    log?.first(parts[variable.slice(variable.indexOf(".") + 1)] as FirstLinePart, value);
    return value;
  }
  workspace.lose(variable);
  return before;
}

/** A reason phrase or protocol that VCL sets: what cannot be in a header line cannot be in a status line. */
export function statusLineText(
  variable: string,
  value: string | undefined,
  http: HttpHeaders,
  before: string,
): string {
  const text = lineText(variable, value, http, before);
  if (!isHeaderValue(text)) throw new VclFailure(`Bad ${variable}: ${text}`);
  return text;
}

/** Durations that cannot be negative; what is no number counts as 0. */
export function nonNegative(seconds: number): number {
  return seconds > 0 ? seconds : 0;
}

/** A status that VCL sets, with the reason that goes with it. */
export function checkedStatus(variable: string, status: number, { log }: HttpHeaders): number {
  if (status < 0) throw new VclFailure(`${variable} (${status}) is negative`);
  if (status > 65535) throw new VclFailure(`${variable} (${status}) > 65535`);
  if (!isValidStatus(status)) throw new VclFailure(`illegal ${variable} (${status}) (..0##)`);
  log?.first("Status", String(status));
  log?.first("Reason", reasonPhrase(status));
  return status;
}
