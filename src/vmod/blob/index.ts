import { VclFailure, type Blob, type Task } from "../../runtime/index.js";
import { checkCase, decodeText, encodeBytes, hasCase, type Case, type Encoding } from "./encodings.js";

export { BlobObject as Blob } from "./blob-object.js";

/** The blob VMOD; blob.vcc says what each function does. */
export function decode(_task: Task, decoding: Encoding, length: number, encoded: string | undefined): Blob {
  return { bytes: decodeOrFail(decoding, length, encoded ?? ""), type: "blob" };
}

function decodeOrFail(decoding: Encoding, length: number, encoded: string): Uint8Array {
  const bytes = decodeText(decoding, encoded, length);
  if (bytes) return bytes;
  throw new VclFailure(`vmod blob error: cannot decode, illegal encoding beginning with "${encoded}"`);
}

export function encode(
  _task: Task,
  encoding: Encoding,
  case_: Case,
  blob: Blob | undefined,
): string | undefined {
  checkCase(encoding, case_);
  return blob && encodeBytes(encoding, case_, blob.bytes);
}

export function transcode(
  _task: Task,
  decoding: Encoding,
  encoding: Encoding,
  case_: Case,
  length: number,
  encoded: string | undefined,
): string {
  checkCase(encoding, case_);
  const text = encoded ?? "";
  const bytes = decodeOrFail(decoding, length, text);
  if (decoding === encoding && length <= 0 && !hasCase(encoding)) return text;
  return encodeBytes(encoding, case_, bytes);
}

export function same(_task: Task, a: Blob | undefined, b: Blob | undefined): boolean {
  if (!a || !b) return a === b;
  return a.bytes.length === b.bytes.length && (a.bytes.length === 0 || isSamePlace(a.bytes, b.bytes));
}

function isSamePlace(a: Uint8Array, b: Uint8Array): boolean {
  return a.buffer === b.buffer && a.byteOffset === b.byteOffset;
}

export function equal(_task: Task, a: Blob | undefined, b: Blob | undefined): boolean {
  if (!a || !b) return a === b;
  return a.bytes.length === b.bytes.length && a.bytes.every((byte, index) => byte === b.bytes[index]);
}

export function length(_task: Task, blob: Blob | undefined): number {
  return blob?.bytes.length ?? 0;
}

export function sub(_task: Task, blob: Blob | undefined, length: number, offset: number): Blob {
  if (!blob || blob.bytes.length === 0) throw new VclFailure("vmod blob error: blob is empty in blob.sub()");
  if (length < 0 || offset < 0) {
    throw new VclFailure("vmod blob error: size or offset negative in blob.sub()");
  }
  const { bytes, type } = blob;
  if (offset + length > bytes.length) {
    const wanted = `size ${length} from offset ${offset}`;
    throw new VclFailure(
      `vmod blob error: ${wanted} requires more bytes than blob length ${bytes.length} in blob.sub()`,
    );
  }
  return { bytes: bytes.subarray(offset, offset + length), type };
}
