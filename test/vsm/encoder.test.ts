import { describe, expect, test } from "vitest";
import { RecordBuffer } from "../../src/runtime/vsl/record-buffer.js";
import { RecordEncoder } from "../../src/runtime/vsl/record-encoder.js";
import type { LogFormat } from "../../src/runtime/vsl/tags.js";

function words(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(at * 4, true));
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
    write: (bytes) => void written.push(bytes.slice()),
    later: (flush) => void flushes.push(flush),
    now: () => clock.now,
  });
  return { log, written, clock, flush: () => flushes.splice(0).forEach((run) => run()) };
}

describe("records as bytes", () => {
  test("format 1: a batch says how many bytes follow, each record its tag, length, number and side", () => {
    const encoder = new RecordEncoder(1, 64);
    encoder.batch(7, "c", [{ tag: "ReqURL", text: "/abc" }], 255);
    const url = [(16 << 24) | 5, 0x40000007, 0x6362612f, 0];
    expect(words(encoder.take())).toEqual([0xff000000, 16, ...url]);
  });

  test("format 2: numbers have two words, other tags and the version", () => {
    const encoder = new RecordEncoder(2, 64);
    encoder.batch(2 ** 32 + 7, "b", [{ tag: "BereqURL", text: "/ab" }], 255);
    const url = [((30 << 24) | (1 << 16) | 4) >>> 0, 7, 0x80000001, 0x0062612f];
    expect(words(encoder.take())).toEqual([0xff000000, 16, 0, ...url]);
  });

  test("a text is cut at vsl_reclen; what is no byte is written as UTF-8", () => {
    const encoder = new RecordEncoder(1, 64);

    encoder.batch(1, "c", [{ tag: "Error", text: "x".repeat(300) }], 20);
    expect((words(encoder.take())[2] ?? 0) & 0xff).toBe(20);
    encoder.single({ tag: "Error", text: "\u20ac" }, 255);
    expect(words(encoder.take())[2]).toBe(0x00ac82e2);
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
