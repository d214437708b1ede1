import { getSystemErrorMap } from "node:util";

/** What went wrong with a system call, as number and text: `111 (Connection refused)`. Undefined for other errors. */
export function errnoText(error: unknown): string | undefined {
  const errno = (error as { errno?: unknown }).errno;
  if (typeof errno !== "number") return undefined;
  const text = getSystemErrorMap().get(errno)?.[1];
  return `${Math.abs(errno)} (${text ? text.charAt(0).toUpperCase() + text.slice(1) : "Unknown error"})`;
}

/** One line that says why something failed: the system's own words where it was a system call. */
export function reasonOf(error: unknown): string {
  const errno = (error as { errno?: unknown }).errno;
  const text = typeof errno === "number" ? getSystemErrorMap().get(errno)?.[1] : undefined;
  return text ?? (error instanceof Error ? (error.message.split("\n", 1)[0] as string) : String(error));
}
