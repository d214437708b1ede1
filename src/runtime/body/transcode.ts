import type { BodyFilter } from "./body.js";
import { DataFailure, type Compression, type RecodedEncoding } from "./compression.js";
import { joinedAll } from "./gzip-format.js";
import { GzipReader } from "./gzip-reader.js";

/** A gzip body in another encoding. Rejects with a DataFailure where it is no gzip, or the host does not have that encoding. */
export async function transcode(
  chunks: readonly Uint8Array[],
  encoding: RecodedEncoding,
  compression: Compression,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const out: BodyFilter = { write: (piece) => void pieces.push(piece), end: () => undefined };
  const encoder = compression.encoder(encoding, out);
  if (!encoder) throw new DataFailure(`no ${encoding} here`);
  const reader = new GzipReader(compression, encoder);
  try {
    for (const chunk of chunks) await reader.write(chunk);
    await reader.finish();
    await encoder.end();
  } catch (problem) {
    encoder.abandon?.();
    throw problem;
  } finally {
    reader.close();
  }
  return joinedAll(pieces);
}
