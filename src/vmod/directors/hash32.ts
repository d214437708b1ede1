import { sha256 } from "../../runtime/values/sha256.js";

/** The last four bytes of a text's SHA-256 as a little-endian number: how shard and hash directors number texts. */
export function hash32(text: string): number {
  return new DataView(sha256(text).buffer).getUint32(28, true);
}
