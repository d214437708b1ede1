import type { LogSide } from "../../../runtime/host.js";
import type { LogRecord } from "../../../runtime/vsl/log-transaction.js";
import { tagNumbers, type LogFormat } from "../../../runtime/vsl/tags.js";

/** Tag of the head that says that records of one transaction follow. */
const batchTag = 255;
/** Tags whose texts may hold any bytes, also those of value 0. */
const bytesTags = new Set(["Debug", "HttpGarbage", "Hash", "H2RxHdr", "H2RxBody", "H2TxHdr", "H2TxBody"]);

/** Takes records out of the words of a log (reference: vsm-vsl-vsc, section 2). */
export class RecordDecoder {
  readonly #names: ReadonlyMap<number, string>;
  readonly #format: LogFormat;
  readonly #head: number;

  constructor(format: LogFormat) {
    this.#format = format;
    this.#head = (format + 1) * 4;
    this.#names = new Map([...tagNumbers(format)].map(([name, number]) => [number, name]));
  }

  /** The place behind what begins there, or undefined where not all of it is there. */
  end(bytes: Buffer, at: number): number | undefined {
    if (at + this.#head > bytes.length) return undefined;
    const word = bytes.readUInt32LE(at);
    // What is behind the head of a batch are records like others.
    const length = word >>> 24 === batchTag ? 0 : word & 0xffff;
    const end = at + this.#head + ((length + 3) & ~3);
    return end > bytes.length ? undefined : end;
  }

  /** The record that begins there; undefined for the head of a batch, and for tags without a name. */
  record(bytes: Buffer, at: number): LogRecord | undefined {
    const word = bytes.readUInt32LE(at);
    const tag = this.#names.get(word >>> 24);
    if (tag === undefined || word >>> 24 === batchTag) return undefined;
    const flags = bytes.readUInt32LE(at + this.#head - 4);
    const low = this.#format === 1 ? flags & 0x3fffffff : bytes.readUInt32LE(at + 4);
    const high = this.#format === 1 ? 0 : flags & 0x7ffff;
    const side: LogSide = flags & (1 << 30) ? "c" : flags & (1 << 31) ? "b" : "-";
    const start = at + this.#head;
    const text = bytes.toString("latin1", start, start + Math.max(0, (word & 0xffff) - 1));
    const zero = bytesTags.has(tag) ? -1 : text.indexOf("\0");
    return { xid: high * 2 ** 32 + low, tag, text: zero < 0 ? text : text.slice(0, zero), side };
  }
}
