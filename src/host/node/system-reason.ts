/** Why a system call failed, in the words of strerror(3): `No such file or directory`. */
export function systemReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const words = /^[A-Z0-9]+: (.+?), \w+/.exec(message)?.[1] ?? message;
  return words.charAt(0).toUpperCase() + words.slice(1);
}
