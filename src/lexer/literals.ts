import type { VclToken } from "./tokens.js";

/** The three forms of a string, by what opens them. */
export type StringForm = "short" | "braces" | "triple";

/** The bytes and the form of a string token. An unterminated one has what was there. */
export function stringValue({ image }: VclToken): { readonly value: string; readonly form: StringForm } {
  if (image.startsWith('"""')) return { value: between(image, 3, '"""'), form: "triple" };
  if (image.startsWith("{")) return { value: between(image, 2, '"}'), form: "braces" };
  return { value: between(image, 1, image[0] ?? ""), form: "short" };
}

function between(image: string, opener: number, closer: string): string {
  const closed = image.length >= opener + closer.length && image.endsWith(closer);
  return image.slice(opener, closed ? image.length - closer.length : undefined);
}

/** The bytes of a blob token; empty when it was refused. */
export function blobValue({ image }: VclToken): string {
  const result = decodeBase64(image.slice(1, -1));
  return typeof result === "string" ? result : "";
}

type BlobError = "blob-length" | "blob-padding" | "blob-character";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Decodes base64 with padding (RFC 4648, section 4), or says which rule it breaks. */
export function decodeBase64(text: string): string | { readonly error: BlobError } {
  const digits = text.replace(/={1,2}$/, "");
  if (digits.includes("=")) return { error: "blob-padding" };
  if (text.length % 4 !== 0) return { error: "blob-length" };
  let bytes = "";
  let bits = 0;
  let held = 0;
  for (const digit of digits) {
    held = ((held << 6) | alphabet.indexOf(digit)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += String.fromCharCode((held >> bits) & 0xff);
  }
  // The bits behind the last byte are zero.
  return held & (2 ** bits - 1) ? { error: "blob-character" } : bytes;
}
