import { reasonOf } from "./system-error.js";

/** Why a system call failed, in the words of strerror(3): `No such file or directory`. */
export function systemReason(error: unknown): string {
  const words = reasonOf(error);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
