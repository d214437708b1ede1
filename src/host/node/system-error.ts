import { getSystemErrorMap } from "node:util";
import type { StreamError } from "../../runtime/wire/byte-stream.js";

type Errors = ReturnType<typeof getSystemErrorMap>;
let errors: Errors | undefined;

/** The system's words for an error number; Node makes its map of them anew each time that it is asked for it. */
function textOf(errno: number): string | undefined {
  errors ??= getSystemErrorMap();
  return errors.get(errno)?.[1];
}

/** What went wrong with a system call, as number and the system's text; number 0 and what the error says of itself for other errors. */
export function streamError(error: unknown): StreamError {
  const { errno } = error as { errno?: unknown };
  const text = typeof errno === "number" ? textOf(errno) : undefined;
  if (typeof errno !== "number" || text === undefined) return { errno: 0, text: reasonOf(error) };
  return { errno: Math.abs(errno), text: text.charAt(0).toUpperCase() + text.slice(1) };
}

/** One line that says why something failed: the system's own words where it was a system call. */
export function reasonOf(error: unknown): string {
  const errno = (error as { errno?: unknown }).errno;
  const text = typeof errno === "number" ? textOf(errno) : undefined;
  return text ?? (error instanceof Error ? (error.message.split("\n", 1)[0] as string) : String(error));
}

/** The code of a system call's failure, `ECONNREFUSED`. */
export function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "EUNKNOWN";
}
