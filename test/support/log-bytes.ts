import type { LogSide } from "../../src/runtime/host.js";
import { RecordBatch } from "../../src/runtime/vsl/record-batch.js";
import { RecordEncoder } from "../../src/runtime/vsl/record-encoder.js";
import type { LogFormat } from "../../src/runtime/vsl/tags.js";

/** The bytes of one record as the shared log has them; with an `xid` they are a batch. */
export function recordBytes(
  format: LogFormat,
  record: { readonly xid: number; readonly side: LogSide; readonly tag: number; readonly text: string },
  longest = 255,
): Uint8Array {
  const { xid, side, tag, text } = record;
  const encoder = new RecordEncoder(format);
  const batch = new RecordBatch((size) => Buffer.allocUnsafeSlow(size));
  batch.begin(xid, side, format);
  if (xid !== 0) encoder.open(batch);
  encoder.add(batch, tag, text, longest);
  if (xid !== 0) encoder.close(batch);
  return Uint8Array.prototype.slice.call(batch.bytes, 0, batch.end * 4);
}
