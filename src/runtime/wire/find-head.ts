const lf = 10;
const cr = 13;

/** The first byte of a message: blanks, tabs and line ends before it do not count. */
export function skipBlank(bytes: Uint8Array, from: number): number {
  let at = from;
  for (; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte !== 32 && byte !== 9 && byte !== cr && byte !== lf) break;
  }
  return at;
}

/**
 * Where the head of a message ends: behind LF LF or LF CR LF, never at a bare CR. -1 while its end has not come. `from` may be where a search
 * before this one ended, less two bytes.
 */
export function endOfHead(bytes: Uint8Array, from: number): number {
  const last = bytes.length - 1;
  for (let at = from; at < last; at++) {
    if (bytes[at] !== lf) continue;
    const next = bytes[at + 1];
    if (next === lf) return at + 2;
    if (next === cr && bytes[at + 2] === lf) return at + 3;
  }
  return -1;
}
