import { DataFailure } from "./compression.js";
import { FilterFailure, type FilterContext } from "./filter-kind.js";
import { JunkFailure } from "./gzip-reader.js";

/** What a filter fails with when gzip data is bad; zlib's message also gets a Gzip record. Other problems pass through. */
export function gzipFailure(context: FilterContext, problem: unknown): Error {
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
