import { latin1Text, type Blob } from "../values/blob.js";
import { sha256 } from "../values/sha256.js";

/** Longest hash input that is its own key. */
const longestPlainKey = 256;

/**
 * What objects are found by: the text that vcl_hash has put together, where it is short, else its SHA-256. The text itself is as good as
 * its digest for telling objects apart, and working the digest out for each request costs more than the whole look-up.
 */
export function hashKey(input: string): string {
  // Every statement of vcl_hash ends its input with NUL, so no input looks like a digest with its mark.
  return input.length <= longestPlainKey ? input : `${latin1Text(sha256(input))}#`;
}

/** `req.hash`: the SHA-256, as in Varnish. */
export function hashBlob(input: string): Blob {
  return { bytes: sha256(input), type: "hash" };
}
