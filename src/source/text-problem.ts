/** Bytes from the beginning that tell what is no text, as git and grep look. */
export const lookedAt = 8192;

/** Why the bytes of a file, or as many of them as are looked at, are no VCL that is worth showing; undefined where they may be. */
export function textProblem(text: string): string | undefined {
  if (!text.slice(0, lookedAt).includes("\0")) return undefined;
  return /^(?:\xff\xfe|\xfe\xff)/.test(text) ? "It is UTF-16: save it as UTF-8" : "Not a text file";
}
