import { DataFailure } from "./compression.js";

/** The header of gzip data that is made here: no name, no time, made on Unix. `extra` is the XFL byte: 2 for the output of ESI. */
export function gzipHeader(extra = 0): Uint8Array {
  return Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, extra, 3);
}

/** Bytes of {@link gzipTrailer}. */
export const gzipTrailerLength = 8;

/** CRC-32 and length of the text, which end gzip data. */
export function gzipTrailer(crc: number, length: number): Uint8Array {
  const trailer = new Uint8Array(gzipTrailerLength);
  const view = new DataView(trailer.buffer);
  view.setUint32(0, crc, true);
  // The length counts modulo 2^32.
  view.setUint32(4, length % 0x1_0000_0000, true);
  return trailer;
}

/** What a trailer says. */
export function readTrailer(trailer: Uint8Array): { readonly crc: number; readonly length: number } {
  const view = new DataView(trailer.buffer, trailer.byteOffset, gzipTrailerLength);
  return { crc: view.getUint32(0, true), length: view.getUint32(4, true) };
}

const flags = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 };
const fixedLength = 10;

/**
 * Length in bytes of the gzip header (RFC 1952 section 2.3) that data begins with; undefined while it is not all there. Throws a DataFailure, in
 * zlib's words, as soon as it cannot be one. The header's own check, where it has one, is looked at where `crc32` is given.
 */
export function headerLength(bytes: Uint8Array, crc32?: (bytes: Uint8Array) => number): number | undefined {
  if ((bytes.length > 0 && bytes[0] !== 0x1f) || (bytes.length > 1 && bytes[1] !== 0x8b)) {
    throw new DataFailure("incorrect header check");
  }
  if (bytes.length > 2 && bytes[2] !== 8) throw new DataFailure("unknown compression method");
  const flag = bytes[3] ?? 0;
  if (flag & flags.reserved) throw new DataFailure("unknown header flags set");
  if (bytes.length < fixedLength) return undefined;
  let end: number | undefined = fixedLength;
  if (flag & flags.extra) {
    end =
      end + 2 <= bytes.length
        ? end + 2 + (bytes[end] as number) + 256 * (bytes[end + 1] as number)
        : undefined;
  }
  if (flag & flags.name) end = afterZero(bytes, end);
  if (flag & flags.comment) end = afterZero(bytes, end);
  if (flag & flags.headerCrc && end !== undefined) {
    if (end + 2 > bytes.length) return undefined;
    const said = (bytes[end] as number) + 256 * (bytes[end + 1] as number);
    if (crc32 && (crc32(bytes.subarray(0, end)) & 0xffff) !== said)
      throw new DataFailure("header crc mismatch");
    end += 2;
  }
  return end !== undefined && end <= bytes.length ? end : undefined;
}

function afterZero(bytes: Uint8Array, start: number | undefined): number | undefined {
  const zero = start === undefined ? -1 : bytes.indexOf(0, start);
  return zero < 0 ? undefined : zero + 1;
}

const nothing = new Uint8Array(0);

/** Two arrays after each other. Not copied where one is empty. */
export function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Many arrays after each other. */
export function joinedAll(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length < 2) return parts[0] ?? nothing;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
