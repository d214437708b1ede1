import * as zlib from "node:zlib";
import type { BodyFilter, BodySink } from "../../runtime/body/body.js";
import {
  DataFailure,
  type Compression,
  type DeflateOptions,
  type Inflated,
  type Inflater,
} from "../../runtime/body/compression.js";
import { joinedAll } from "../../runtime/body/gzip-format.js";
import { ZlibStream, type ZlibEngine } from "./zlib-stream.js";

/** Up to so many bytes are worked on at once, which takes one or two milliseconds; more goes to the thread pool. */
const syncLimit = 32 * 1024;
/** Unpacking that is done at once stops at so many bytes of text: small data can hold a thousand times its size. */
const syncTextLimit = 1024 * 1024;
/** Bytes of text that a stream makes at a time. */
const pieceLength = 64 * 1024;

const { Z_FINISH, Z_SYNC_FLUSH, BROTLI_PARAM_QUALITY } = zlib.constants;
/** Packs as well as gzip at level 9 and is faster: what others take for responses that are made once. */
const brotliQuality = 5;

/** Packing and unpacking by node:zlib. */
export const nodeCompression: Compression = {
  crc32: (bytes, before = 0) => zlib.crc32(bytes, before),
  deflate,
  encodings: "createZstdCompress" in zlib ? ["br", "zstd"] : ["br"],
  inflater: (sink) => new NodeInflater(sink),
  encoder(encoding, next) {
    const engine = encoding === "br" ? brotliEngine() : zstdEngine();
    return engine && new NodeEncoder(engine, next);
  },
  pause: () => new Promise((resolve) => setImmediate(resolve)),
};

function deflate(bytes: Uint8Array, options: DeflateOptions): Uint8Array | Promise<Uint8Array> {
  const { level, memLevel, dictionary, last } = options;
  const finishFlush = last ? Z_FINISH : Z_SYNC_FLUSH;
  const zlibOptions = { level, memLevel, finishFlush, ...(dictionary && { dictionary }) };
  if (bytes.length <= syncLimit) return zlib.deflateRawSync(bytes, zlibOptions);
  return new Promise((resolve, reject) => {
    zlib.deflateRaw(bytes, zlibOptions, (error, packed) => (error ? reject(error) : resolve(packed)));
  });
}

/** What node:zlib answers with the option `info`; its types do not say so. */
interface WithEngine {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

const nothing = new Uint8Array(0);

/** Holds small data back until its end is there, and then unpacks it in one go; larger or slow data goes through a stream. */
class NodeInflater implements Inflater {
  private readonly sink: BodySink;
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private stream: ZlibStream | undefined;

  constructor(sink: BodySink) {
    this.sink = sink;
  }

  write(chunk: Uint8Array): Inflated {
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    if (this.heldBytes > syncLimit) return this.streamed();
  }

  flush(): Inflated {
    if (this.heldBytes > 0) return this.streamed();
  }

  finish(): Inflated {
    return this.stream ? this.flush() : this.atOnce();
  }

  private take(): Uint8Array {
    const data = joinedAll(this.held);
    this.held = [];
    this.heldBytes = 0;
    return data;
  }

  private atOnce(): Inflated {
    const data = this.take();
    const inflated = inflateWhole(data);
    if (!inflated) {
      this.held = [data];
      this.heldBytes = data.length;
      return this.flush();
    }
    const { buffer, engine } = inflated;
    const rest = data.subarray(engine.bytesWritten);
    // All of it used: the end, and what has to stand behind it, is missing. What there is of the text is of no use.
    if (rest.length === 0) return undefined;
    const waiting = buffer.length > 0 ? this.sink.write(buffer) : undefined;
    return waiting ? waiting.then(() => rest) : rest;
  }

  private async streamed(): Promise<Uint8Array | undefined> {
    const data = this.take();
    const engine = (): ZlibEngine =>
      zlib.createInflateRaw({ chunkSize: pieceLength, finishFlush: Z_SYNC_FLUSH });
    this.stream ??= new ZlibStream(engine(), this.sink);
    const unused = await this.stream.write(data);
    return unused > 0 ? data.subarray(data.length - unused) : undefined;
  }

  close(): void {
    this.held = [];
    this.heldBytes = 0;
    this.stream?.close();
  }
}

/** The text of small data, whole or not; undefined where that would be too much of it. */
function inflateWhole(data: Uint8Array): WithEngine | undefined {
  if (data.length === 0) return { buffer: nothing, engine: { bytesWritten: 0 } };
  try {
    const options = { info: true, finishFlush: Z_SYNC_FLUSH, maxOutputLength: syncTextLimit };
    return zlib.inflateRawSync(data, options) as unknown as WithEngine;
  } catch (problem) {
    const { code, message } = problem as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") return undefined;
    throw new DataFailure(message);
  }
}

function brotliEngine(): ZlibEngine {
  return zlib.createBrotliCompress({
    chunkSize: pieceLength,
    params: { [BROTLI_PARAM_QUALITY]: brotliQuality },
  });
}

/** Node has zstd from 22.15 on. */
function zstdEngine(): ZlibEngine | undefined {
  const { createZstdCompress } = zlib as { createZstdCompress?: (options: object) => ZlibEngine };
  return createZstdCompress?.({ chunkSize: pieceLength });
}

/** A filter around a packing stream. */
class NodeEncoder implements BodyFilter {
  private readonly stream: ZlibStream;
  private readonly next: BodyFilter;

  constructor(engine: ZlibEngine, next: BodyFilter) {
    this.stream = new ZlibStream(engine, next);
    this.next = next;
  }

  async write(chunk: Uint8Array): Promise<void> {
    await this.stream.write(chunk);
  }

  async flush(): Promise<void> {
    await this.stream.flush();
    await this.next.flush?.();
  }

  async end(): Promise<void> {
    await this.stream.end();
    await this.next.end();
  }

  abandon(): void {
    this.stream.close();
  }
}
