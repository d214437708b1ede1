import { describe, expect, test } from "vitest";
import { RecordBuffer } from "../../src/runtime/vsl/record-buffer.js";
import type { LogSide } from "../../src/runtime/host.js";
import type { LogFormat } from "../../src/runtime/vsl/tags.js";
import { recordBytes } from "../support/log-bytes.js";

function words(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(at * 4, true));
}

/** The words of one record. */
function encoded(
  format: LogFormat,
  xid: number,
  side: LogSide,
  tag: number,
  text: string,
  longest = 255,
): number[] {
  return words(recordBytes(format, { xid, side, tag, text }, longest));
}

function buffer(format: LogFormat): {
  log: RecordBuffer;
  written: Uint8Array[];
  clock: { now: number };
  flush: () => void;
} {
  const written: Uint8Array[] = [];
  const flushes: (() => void)[] = [];
  const clock = { now: 0 };
  const log = new RecordBuffer({
    format,
    allocate: (size) => Buffer.allocUnsafeSlow(size),
    write: (bytes) => void written.push(bytes.slice()),
    later: (flush) => void flushes.push(flush),
    now: () => clock.now,
  });
  return { log, written, clock, flush: () => flushes.splice(0).forEach((run) => run()) };
}

describe("records as bytes", () => {
  test("format 1: a batch says how many bytes follow, each record its tag, length, number and side", () => {
    const url = [(16 << 24) | 5, 0x40000007, 0x6362612f, 0];
    expect(encoded(1, 7, "c", 16, "/abc")).toEqual([0xff000000, 16, ...url]);
  });

  test("format 2: numbers have two words, other tags and the version", () => {
    const url = [((30 << 24) | (1 << 16) | 4) >>> 0, 7, 0x80000001, 0x0062612f];
    expect(encoded(2, 2 ** 32 + 7, "b", 30, "/ab")).toEqual([0xff000000, 16, 0, ...url]);
  });

  test("a text is cut at vsl_reclen; what is no byte is written as UTF-8, also before the cut", () => {
    expect((encoded(1, 1, "c", 2, "x".repeat(300), 20)[2] ?? 0) & 0xff).toBe(20);
    expect(encoded(1, 0, "-", 2, "\u20ac")[2]).toBe(0x00ac82e2);
    expect(encoded(1, 0, "-", 2, "\u20ac\u20ac", 5)).toEqual([(2 << 24) | 5, 0, 0xe2ac82e2, 0]);
    expect(encoded(1, 0, "-", 2, `${"x".repeat(100)}\u20ac`).at(-1)).toBe(0x00ac82e2);
    expect(encoded(1, 0, "-", 2, "\ud800")[2]).toBe("?".charCodeAt(0));
  });
});

describe("records by transaction", () => {
  test("a transaction is written as a whole when it ends, one that goes on in pieces", () => {
    const { log, written, flush } = buffer(1);
    log.record(1, "Begin", "sess 0 HTTP/1", "c");
    log.record(2, "Begin", "req 1 rxreq", "c");
    log.record(1, "Link", "req 2 rxreq", "c");
    log.record(2, "End", "", "c");
    flush();
    log.record(1, "End", "", "c");
    flush();
    const batches = written.map((bytes) => words(bytes));
    expect(batches.map((batch) => (batch[3] ?? 0) & 0xffff)).toEqual([2, 1]);
    expect(log.counters).toMatchObject({ shm_records: 5, shm_writes: 2 });
  });

  test("what is not complete waits for the rest a while, unless it is told not to", () => {
    const { log, written, clock, flush } = buffer(1);
    log.record(2, "Begin", "req 1 rxreq", "c");
    flush();
    expect(written).toEqual([]);
    clock.now = 200;
    flush();
    expect(written).toHaveLength(1);
    log.patience = 0;
    log.record(2, "ReqURL", "/", "c");
    flush();
    expect(written).toHaveLength(2);
  });

  test("batches and records of no transaction follow each other in the order of their ends", () => {
    const { log, written } = buffer(1);
    log.record(7, "Begin", "a", "c");
    log.record(8, "Begin", "bereq 7 fetch", "b");
    log.record(0, "CLI", "", "-");
    log.record(8, "End", "", "b");
    log.record(7, "End", "", "c");
    log.flush(true);
    const all = words(written[0] ?? new Uint8Array());
    expect(written).toHaveLength(1);
    expect(all.slice(0, 3)).toEqual([(3 << 24) | 1, 0, 0]);
    expect(all.slice(3, 5)).toEqual([0xff000000, 36]);
    expect(all.slice(11, 14)).toEqual([(77 << 24) | 1, 0x80000008, 0]);
    expect(all.slice(14, 16)).toEqual([0xff000000, 24]);
    expect(all.slice(16)).toEqual([(76 << 24) | 2, 0x40000007, 0x61, (77 << 24) | 1, 0x40000007, 0]);
  });

  test("a request that a session links to once its beginning is written is a record alone, before the request", () => {
    const { log, written, flush } = buffer(1);
    log.record(1, "Begin", "sess 0 HTTP/1", "c");
    flush();
    log.record(1, "Link", "x", "c");
    log.record(2, "Begin", "y", "c");
    log.record(2, "End", "", "c");
    flush();
    const all = words(written[1] ?? new Uint8Array());
    expect(all.slice(0, 3)).toEqual([(75 << 24) | 2, 0x40000001, 0x78]);
    expect(all.slice(3, 7)).toEqual([0xff000000, 24, (76 << 24) | 2, 0x40000002]);
    expect(written).toHaveLength(2);
  });

  test("texts of every length are their bytes, and zeros up to the next word", () => {
    const { log, written } = buffer(1);
    for (let length = 0; length < 200; length++) {
      const codes = Array.from({ length }, (_, at) => 32 + ((at + length) % 223));
      const text = String.fromCharCode(...codes);
      written.length = 0;
      log.record(0, "CLI", text, "-");
      log.flush();
      const bytes = Buffer.from(written[0] ?? []);
      expect(bytes.toString("latin1", 8)).toBe(text + "\0".repeat(4 - (length % 4)));
    }
  });

  test("a transaction larger than a piece is written in pieces, none of which is larger than what may wait", () => {
    const { log, written } = buffer(2);
    for (let i = 0; i < 1000; i++) log.record(5, "VCL_Log", "y".repeat(200), "c");
    log.record(5, "End", "", "c");
    log.flush(true);
    expect(Math.max(...written.map(({ length }) => length))).toBeLessThanOrEqual(64 * 1024);
    const total = written.reduce((sum, { length }) => sum + length, 0);
    const pieces = (total - 1000 * (12 + 204) - 16) / 12;
    expect(pieces).toBe(14);
  });

  test("masked tags, unknown ones and those of a silent log are not written", () => {
    const { log, written, flush } = buffer(2);
    log.record(1, "Debug", "x", "c");
    log.record(1, "BackendStart", "x", "c");
    log.record(1, "NoTag", "x", "c");
    log.silent = true;
    log.record(1, "ReqURL", "/", "c");
    flush();
    expect(written).toEqual([]);
    log.silent = false;
    log.masked = new Set();
    log.record(1, "Debug", "x", "c");
    log.flush(true);
    expect(written).toHaveLength(1);
  });
});
