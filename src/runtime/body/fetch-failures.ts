import { DataFailure } from "./compression.js";
import { FilterFailure, type FilterContext } from "./filter-kind.js";
import { JunkFailure } from "./gzip-reader.js";

/** What a fetch says when gzip data is bad: a Gzip record of zlib's message, and the FetchError. Other problems pass through. */
export function fetchFailure(context: FilterContext, problem: unknown): Error {
  if (problem instanceof JunkFailure) return new FilterFailure("Junk after gzip data");
  if (!(problem instanceof DataFailure)) return asError(problem);
  context.log("Gzip", `Gunzip error: -3 (${problem.message})`);
  return new FilterFailure(`Invalid Gzip data: ${problem.message}`);
}

function asError(problem: unknown): Error {
  return problem instanceof Error ? problem : new Error(String(problem));
}

/** Runs a step of unpacking; whatever goes wrong in it becomes what `translate` makes of it. */
export function translated<T>(
  step: () => T | Promise<T>,
  translate: (problem: unknown) => Error,
): T | Promise<T> {
  const fail = (problem: unknown): never => {
    throw translate(problem);
  };
  try {
    const result = step();
    return result instanceof Promise ? result.catch(fail) : result;
  } catch (problem) {
    return fail(problem);
  }
}

/** A Gzip record: what was done, bytes in and out, and the bit positions of the first and the last block and of the end (0: not known). */
export function gzipRecord(
  what: string,
  stream: { readonly bytesIn: number; readonly bytesOut: number; readonly headerBytes?: number },
  positions?: { readonly first: number; readonly last: number; readonly end: number },
): string {
  const first = positions?.first ?? 8 * (stream.headerBytes ?? 0);
  return `${what} ${stream.bytesIn} ${stream.bytesOut} ${first} ${positions?.last ?? 0} ${positions?.end ?? 0}`;
}
