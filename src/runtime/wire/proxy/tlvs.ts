import { crc32c } from "./crc32c.js";
import type { ProxyTlvs } from "./proxy-reading.js";

/** Types that say something of the header itself. */
const crcType = 0x03;
const sslType = 0x20;
/** Flags and the result of the verification; TLVs follow. Bytes. */
const sslFixed = 5;

/**
 * The TLVs of a header of version 2, from `from` to its end, with those within SSL; of each type the first counts. A CRC32C among them is
 * checked against the whole header.
 */
export function readTlvs(header: Uint8Array, from: number): ProxyTlvs | { readonly error: string } {
  const found = new Map<number, Uint8Array>();
  const error = collect(found, header, from, header.length, true);
  return error === undefined ? found : { error };
}

/** Takes the TLVs of a part of the header; answers with what is wrong with the first that is. */
function collect(
  found: Map<number, Uint8Array>,
  header: Uint8Array,
  from: number,
  end: number,
  outer: boolean,
): string | undefined {
  for (let at = from; at < end;) {
    if (end - at < 3) return "TLV Dribble bytes";
    const [type = 0, high = 0, low = 0] = header.subarray(at);
    const start = at + 3;
    at = start + ((high << 8) | low);
    if (at > end) return "TLV Length Error";
    const value = header.subarray(start, at);
    if (!found.has(type)) found.set(type, value);
    if (!outer) continue;
    if (type === crcType && !isRight(header, start, value)) return "CRC error";
    if (type !== sslType) continue;
    if (value.length < sslFixed) return "TLV Length Error";
    const wrong = collect(found, header, start + sslFixed, at, false);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** The checksum is that of the header with zeros in its place. */
function isRight(header: Uint8Array, at: number, value: Uint8Array): boolean {
  if (value.length < 4) return false;
  const zeroed = new Uint8Array(header);
  zeroed.fill(0, at, at + 4);
  return crc32c(zeroed) === new DataView(value.buffer, value.byteOffset).getUint32(0);
}
