import { crc32, deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCompression } from "../../src/host/node/compression.js";
import { crc32Combine } from "../../src/runtime/body/crc32-combine.js";
import { DeflateScanner } from "../../src/runtime/body/deflate-scanner.js";
import type { Compression } from "../../src/runtime/body/compression.js";
import { GzipPacker } from "../../src/runtime/body/gzip-packer.js";
import { GzipReader } from "../../src/runtime/body/gzip-reader.js";
import { Collector, SlowCollector, cut, cutAt } from "../support/body-filters.js";

/** Text of words, as repetitive as asked for. */
const words = (count: number, different = 1000): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, i) => `word${(i * 7919) % different}`).join(" "));

async function unpack(
  pieces: readonly Uint8Array[],
  sink = new Collector(),
  flushes = false,
): Promise<string> {
  const reader = new GzipReader(nodeCompression, sink);
  try {
    for (const piece of pieces) {
      await reader.write(piece);
      if (flushes) await reader.flush();
    }
    return (await reader.finish()) ? sink.text : "incomplete";
  } finally {
    reader.close();
  }
}

describe("CRC-32", () => {
  test("of two texts comes from the CRCs of each and a length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (a, b) => {
        const both = crc32(Buffer.concat([a, b]));
        return crc32Combine(crc32(a), crc32(b), b.length) === both;
      }),
    );
    expect(crc32Combine(crc32("a"), crc32(Buffer.alloc(5_000_000)), 5_000_000)).toBe(
      crc32(Buffer.concat([Buffer.from("a"), Buffer.alloc(5_000_000)])),
    );
  });
});

describe("unpacking a gzip member", () => {
  const text = words(300);
  const packed = gzipSync(text);

  test("gives the same text however it is cut, flushed or not", async () => {
    for (const size of [1, 2, 3, 7, 100, 10_000]) {
      expect(await unpack(cut(packed, size))).toBe(text.toString());
    }
    expect(await unpack(cut(packed, 50), new SlowCollector(), true)).toBe(text.toString());
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 6 }), fc.boolean(), async (places, flushes) => {
        expect(await unpack(cutAt(packed, places), new Collector(), flushes)).toBe(text.toString());
      }),
      { numRuns: 40 },
    );
  });

  test("goes through the thread pool where it is large", async () => {
    const large = words(400_000, 100_000);
    expect(await unpack(cut(gzipSync(large), 16_384))).toBe(large.toString());
  });

  test("waits for a slow sink, and never hands it more than a bounded piece", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const sink = new SlowCollector();
    let largest = 0;
    const reader = new GzipReader(nodeCompression, {
      write: (chunk) => {
        largest = Math.max(largest, chunk.length);
        return sink.write(chunk.subarray(0, 1));
      },
    });
    await reader.write(bomb);
    expect(await reader.finish()).toBe(true);
    expect(reader.bytesOut).toBe(50_000_000);
    expect(largest).toBeLessThanOrEqual(1024 * 1024);
  });

  test("says in zlib's words what is wrong", async () => {
    const changed = (change: (bytes: Buffer) => void): Buffer[] => {
      const copy = Buffer.from(packed);
      change(copy);
      return [copy];
    };
    await expect(unpack([Buffer.from("not gzip")])).rejects.toThrow("incorrect header check");
    await expect(unpack(changed((b) => (b[2] = 7)))).rejects.toThrow("unknown compression method");
    await expect(unpack(changed((b) => (b[3] = 0x80)))).rejects.toThrow("unknown header flags set");
    await expect(unpack(changed((b) => (b[b.length - 5]! ^= 1)))).rejects.toThrow("incorrect data check");
    await expect(unpack(changed((b) => (b[b.length - 1]! ^= 1)))).rejects.toThrow("incorrect length check");
    await expect(unpack(changed((b) => (b[10] = 0xff)))).rejects.toThrow("invalid block type");
  });

  test("takes one member and nothing behind it", async () => {
    for (const size of [1, packed.length, 100_000]) {
      const junk = Buffer.concat([packed, Buffer.from("x")]);
      await expect(unpack(cut(junk, size))).rejects.toMatchObject({ name: "JunkFailure" });
      await expect(unpack(cut(Buffer.concat([packed, packed]), size))).rejects.toMatchObject({
        name: "JunkFailure",
      });
    }
  });

  test("knows where the data ends early, wherever that is", async () => {
    const small = gzipSync("some text");
    for (let length = 0; length < small.length; length++) {
      expect(await unpack([small.subarray(0, length)])).toBe("incomplete");
      expect(await unpack(cut(small.subarray(0, length), 1), new Collector(), true)).toBe("incomplete");
    }
  });

  test("reads every optional field of the header", async () => {
    const extra = Buffer.from([3, 0, 1, 2, 3]);
    const head = Buffer.concat([
      Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3]),
      extra,
      Buffer.from("name\0comment\0"),
    ]);
    const check = Buffer.alloc(2);
    check.writeUInt16LE(crc32(head) & 0xffff);
    const member = Buffer.concat([head, check, packed.subarray(10)]);
    for (const size of [1, 1000]) expect(await unpack(cut(member, size))).toBe(text.toString());
    check[0]! ^= 1;
    await expect(unpack([Buffer.concat([head, check])])).rejects.toThrow("header crc mismatch");
  });

  test("ends where the sink refuses", async () => {
    const reader = new GzipReader(nodeCompression, { write: () => Promise.reject(new Error("full")) });
    await reader.write(packed);
    await expect(Promise.resolve(reader.finish())).rejects.toThrow("full");
    reader.close();
  });
});

describe("packing", () => {
  async function pack(pieces: readonly Uint8Array[], level = 6, between?: "flush" | "cut") {
    const out = new Collector();
    const packer = new GzipPacker(nodeCompression, { level, memLevel: 8, buffer: 32 * 1024 }, out);
    for (const piece of pieces) {
      await packer.write(piece);
      if (between) await packer[between]();
    }
    await packer.finish();
    return { bytes: out.bytes, packer };
  }

  test("works on as much text at once as the buffer asks for", async () => {
    const pieces = async (buffer: number): Promise<number> => {
      let deflated = 0;
      const counting: Compression = {
        ...nodeCompression,
        deflate: (bytes, options) => {
          deflated += 1;
          return nodeCompression.deflate(bytes, options);
        },
      };
      const packer = new GzipPacker(counting, { level: 6, memLevel: 8, buffer }, new Collector());
      await packer.write(words(60_000).subarray(0, 100_000));
      await packer.finish();
      return deflated;
    };
    expect(await pieces(32 * 1024)).toBe(1);
    expect(await pieces(2 * 1024)).toBe(Math.ceil(100_000 / (8 * 1024)));
  });

  test("gives raw deflate data that zlib reads back, at every level, however text comes", async () => {
    const text = words(60_000);
    for (const level of [0, 1, 6, 9]) {
      const { bytes, packer } = await pack(cut(text, 10_000), level);
      expect(inflateRawSync(bytes).equals(text)).toBe(true);
      expect(packer.crc).toBe(crc32(text));
      expect(packer.bytesIn).toBe(text.length);
      expect(packer.bytesOut).toBe(bytes.length);
    }
    for (const between of ["flush", "cut"] as const) {
      const { bytes } = await pack(cut(text, 9_999), 6, between);
      expect(inflateRawSync(bytes).equals(text)).toBe(true);
    }
    expect(inflateRawSync((await pack([])).bytes).length).toBe(0);
  });

  test("loses little by packing in pieces", async () => {
    const text = words(200_000, 5000);
    const { bytes } = await pack([text]);
    expect(bytes.length).toBeLessThan(deflateRawSync(text).length * 1.03);
  });

  test("any text comes back", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 5 }), async (pieces) => {
        const { bytes } = await pack(pieces, 6, "flush");
        expect(inflateRawSync(bytes).equals(Buffer.concat(pieces))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the blocks of deflate data", () => {
  const scan = (packed: Uint8Array, size: number) => {
    const scanner = new DeflateScanner(10);
    for (const piece of cut(packed.subarray(10), size)) scanner.write(piece);
    return scanner.positions;
  };

  test("are where Varnish finds them", () => {
    // `u F - 30 10 80 80 170` is its record for this member.
    expect(scan(gzipSync("0123456789"), 1000)).toEqual({ first: 80, last: 80, end: 170 });
  });

  test("are found however the data is cut, whatever kinds they are of", () => {
    const bodies = [
      words(50_000),
      words(3),
      Buffer.alloc(0),
      Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * i) >> 3)),
    ];
    for (const body of bodies) {
      for (const options of [
        { level: 0 },
        { level: 6 },
        { level: 9, memLevel: 1 },
        { strategy: 4 },
        { strategy: 2 },
      ]) {
        const packed = gzipSync(body, options);
        const whole = scan(packed, packed.length);
        // The trailer follows on the next byte boundary.
        expect(Math.ceil(whole!.end / 8)).toBe(packed.length - 8);
        for (const size of [1, 3, 1000])
          if (packed.length < 200_000 || size > 3) expect(scan(packed, size)).toEqual(whole);
        const inside = Buffer.from(packed);
        expect(inside[whole!.last >> 3]! & (1 << (whole!.last & 7))).not.toBe(0);
      }
    }
  });

  test("of bytes that are no deflate data end in a clear failure, or are never found", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        const scanner = new DeflateScanner(0);
        try {
          scanner.write(bytes);
        } catch (problem) {
          expect(problem).toMatchObject({ name: "DataFailure" });
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("of half the data are not there", () => {
    const packed = gzipSync(words(100));
    expect(scan(packed.subarray(0, packed.length - 10), 50)).toBeUndefined();
    expect(gunzipSync(packed).length).toBeGreaterThan(0);
  });
});
