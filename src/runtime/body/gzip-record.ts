import type { BlockPositions } from "./deflate-scanner.js";

/**
 * The text of a Gzip record: what was done (G pack, U unpack, u test; F fetch, D deliver; E with ESI), bytes in and out, and where in bits the first
 * block, the last block and the end of the deflate data are. 0: not known.
 */
export function gzipRecord(
  what: string,
  stream: { readonly bytesIn: number; readonly bytesOut: number },
  positions?: BlockPositions,
): string {
  const { first = 0, last = 0, end = 0 } = positions ?? {};
  return `${what} ${stream.bytesIn} ${stream.bytesOut} ${first} ${last} ${end}`;
}
