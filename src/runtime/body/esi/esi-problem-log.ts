import type { FetchContext } from "../filter-kind.js";
import type { EsiProblem } from "./esi-problems.js";

/** Writes what is wrong with ESI markup into the log, with the number of stored bytes that were settled before, and counts it. */
export function logEsiProblem(context: FetchContext, problem: EsiProblem, settled: number): void {
  const { level, text } = problem;
  if (level === undefined) {
    context.log("ESI_xmlerror", text);
    return;
  }
  context.count(level === "ERR" ? "esi_errors" : "esi_warnings");
  context.log("ESI_xmlerror", `${level}: after ${settled} ${text}`);
}

const partial = 206;

/** A part of a response cannot be read for ESI. */
export const partialProblem = "Attempted ESI on partial (206) response";

export function isPartial({ status }: FetchContext): boolean {
  return status === partial;
}
