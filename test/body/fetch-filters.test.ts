import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { fetchFilters } from "../../src/runtime/body/built-in-filters.js";
import { openChain } from "../../src/runtime/body/filter-chain.js";
import type { FetchContext } from "../../src/runtime/body/filter-kind.js";
import { FilterRegistry, UnknownFilter } from "../../src/runtime/body/filter-registry.js";
import { Collector, SlowCollector, cut, feed, fetchContext } from "../support/body-filters.js";

const registry = new FilterRegistry("VFP", fetchFilters);

function open(list: string, context: FetchContext, out = new Collector()) {
  const kinds = registry.parse(list);
  if (kinds instanceof UnknownFilter) throw new Error(kinds.message);
  return { chain: openChain(kinds, context, out), out };
}

/** Sends a body through a list of filters. */
async function fetched(
  list: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  size = 1000,
) {
  const context = fetchContext(headers);
  const { chain, out } = open(list, context, new SlowCollector());
  await feed(chain, cut(body, size));
  return { context, out, headers: Object.fromEntries(context.http) as Record<string, string> };
}

const text = "The quick brown fox jumps over the lazy dog. ";
const packed = gzipSync(text);
const gzipHeaders = { "Content-Encoding": "GZip", "Content-Length": "64", ETag: '"abc"' };

describe("testgunzip", () => {
  test("stores the bytes as they are, and says that the response depends on Accept-Encoding", async () => {
    const { context, out, headers } = await fetched(
      "testgunzip",
      { ...gzipHeaders, Vary: "Cookie" },
      packed,
      7,
    );
    expect(out.bytes.equals(packed)).toBe(true);
    expect(headers).toEqual({ ...gzipHeaders, Vary: "Cookie, Accept-Encoding" });
    expect(context.facts).toMatchObject({ isGzip: true, plainLength: 45, encodingChanged: false });
    expect(context.counts).toEqual(["n_test_gunzip"]);
    const { first, last, end } = context.facts.positions!;
    expect(context.records).toEqual([`Gzip u F - ${packed.length} 45 ${first} ${last} ${end}`]);
  });

  test("knows the positions that Varnish logs", async () => {
    const { context } = await fetched("testgunzip", gzipHeaders, gzipSync("0123456789"));
    expect(context.records).toEqual(["Gzip u F - 30 10 80 80 170"]);
  });

  const wrong = (change: (bytes: Buffer) => Uint8Array): Uint8Array => change(Buffer.from(packed));
  test.each([
    ["no gzip", Buffer.from("not gzip"), "Invalid Gzip data: incorrect header check"],
    ["a wrong CRC", wrong((b) => ((b[b.length - 8]! ^= 1), b)), "Invalid Gzip data: incorrect data check"],
    [
      "a wrong length",
      wrong((b) => ((b[b.length - 1]! ^= 1), b)),
      "Invalid Gzip data: incorrect length check",
    ],
    ["more behind it", Buffer.concat([packed, Buffer.from("x")]), "Junk after gzip data"],
    ["a second member", Buffer.concat([packed, packed]), "Junk after gzip data"],
    ["an early end", packed.subarray(0, -4), "tGunzip failed"],
    ["nothing at all", Buffer.alloc(0), "tGunzip failed"],
  ])("refuses %s", async (_, body, message) => {
    for (const size of [1, 1000]) {
      const context = fetchContext(gzipHeaders);
      const { chain } = open("testgunzip", context);
      await expect(feed(chain, cut(body, size))).rejects.toMatchObject({ name: "FilterFailure", message });
      chain.abandon();
      const zlibs = /^Invalid Gzip data: (.*)/.exec(message)?.[1];
      expect(context.records).toEqual(zlibs === undefined ? [] : [`Gzip Gunzip error: -3 (${zlibs})`]);
    }
  });
});

describe("gunzip", () => {
  test("stores plain text; the ETag is weak then", async () => {
    const { context, out, headers } = await fetched("gunzip", gzipHeaders, packed);
    expect(out.text).toBe(text);
    expect(headers).toEqual({ ETag: 'W/"abc"' });
    expect(context.facts).toMatchObject({ isGzip: false, encodingChanged: true });
    expect(context.records[0]).toMatch(/^Gzip U F - \d+ 45 80 80 \d+$/);
  });

  test("has its own word for an early end", async () => {
    await expect(fetched("gunzip", gzipHeaders, packed.subarray(0, -1))).rejects.toThrow(
      "Gunzip error at the very end",
    );
  });
});

describe("gzip", () => {
  test("stores packed text, at any level", async () => {
    const large = text.repeat(5000);
    const { context, out, headers } = await fetched(
      "gzip",
      { "Content-Length": "9", ETag: "abc" },
      Buffer.from(large),
      70_000,
    );
    expect(gunzipSync(out.bytes).toString()).toBe(large);
    expect(headers).toEqual({ "Content-Encoding": "gzip", ETag: "W/abc", Vary: "Accept-Encoding" });
    expect(context.facts).toMatchObject({ isGzip: true, plainLength: large.length, encodingChanged: true });
    const { first, last, end } = context.facts.positions!;
    expect(context.records).toEqual([
      `Gzip G F - ${large.length} ${out.bytes.length} ${first} ${last} ${end}`,
    ]);
    expect(Math.ceil(end / 8)).toBe(out.bytes.length - 8);
  });

  test("begins as Varnish's own data does", async () => {
    const { out } = await fetched("gzip", {}, Buffer.from("x"));
    expect(out.bytes.subarray(0, 10).toString("hex")).toBe("1f8b0800000000000003");
  });

  test("sends on what it has when nothing more comes for a while", async () => {
    const context = fetchContext();
    const { chain, out } = open("gzip", context);
    await chain.write(Buffer.from("first"));
    expect(out.bytes.length).toBe(0);
    await chain.flush();
    expect(out.bytes.length).toBeGreaterThan(10);
    expect(out.flushes).toBe(1);
    await feed(chain, [Buffer.from(" second")]);
    expect(gunzipSync(out.bytes).toString()).toBe("first second");
  });

  test("of nothing is a gzip member of nothing", async () => {
    const { out } = await fetched("gzip", {}, Buffer.alloc(0));
    expect(gunzipSync(out.bytes).length).toBe(0);
  });
});

describe("filters that do not fit", () => {
  test.each([
    ["gzip", { "Content-Encoding": "br" }, 200],
    ["gunzip", {}, 200],
    ["testgunzip", { "Content-Encoding": "br" }, 200],
    ["gzip", {}, 206],
    ["gunzip", { "Content-Encoding": "gzip" }, 206],
    ["testgunzip", { "Content-Encoding": "gzip" }, 206],
  ])("step aside: %s with %o and status %i", (list, headers, status) => {
    const context = fetchContext(headers, { status });
    const { chain } = open(list, context);
    expect(chain.names).toEqual([]);
    expect(Object.fromEntries(context.http)).toEqual(headers);
  });

  test("gzip gunzip stores plain text with Vary and a weak ETag", async () => {
    const { out, headers } = await fetched("gzip gunzip", { ETag: '"abc"' }, Buffer.from(text));
    expect(out.text).toBe(text);
    expect(headers).toEqual({ ETag: 'W/"abc"', Vary: "Accept-Encoding" });
  });

  test.each(["esi", "esi_gzip"])("%s cannot read a part of a response", (list) => {
    const context = fetchContext({}, { status: 206 });
    expect(() => open(list, context)).toThrow("Attempted ESI on partial (206) response");
  });
});

const page = "<a>one<esi:include src='/b' onerror='continue'/>two<esi:remove>gone</esi:remove>three";

describe("esi", () => {
  test("stores the bytes as they are, and what to do with them", async () => {
    for (const size of [1, 5, 1000]) {
      const { context, out, headers } = await fetched("esi", { ETag: '"abc"' }, Buffer.from(page), size);
      expect(out.text).toBe(page);
      expect(headers).toEqual({ ETag: '"abc"' });
      expect(context.facts.esi).toEqual({
        isGzip: false,
        segments: [
          { kind: "verbatim", length: 6 },
          { kind: "include", host: undefined, url: "/b", continues: true },
          { kind: "skip", length: 42 },
          { kind: "verbatim", length: 3 },
          { kind: "skip", length: 29 },
          { kind: "verbatim", length: 5 },
        ],
      });
    }
  });

  test("finds nothing to do in a page without tags, and logs and counts what is wrong", async () => {
    expect((await fetched("esi", {}, Buffer.from("<a>x</a>"))).context.facts.esi).toBeUndefined();
    const { context } = await fetched("esi", {}, Buffer.from("<a><esi:include src='/b'><esi:vars>"));
    expect(context.records).toEqual([
      "ESI_xmlerror WARN: after 3 ESI 1.0 <esi:include> lacks final '/'",
      "ESI_xmlerror ERR: after 25 ESI 1.0 <esi:bogus> element",
    ]);
    expect(context.counts).toEqual(["esi_warnings", "esi_errors"]);
  });
});

describe("esi_gzip", () => {
  test("stores one gzip member whose pieces stand for themselves", async () => {
    for (const size of [1, 5, 1000]) {
      const { context, out, headers } = await fetched("esi_gzip", { ETag: '"abc"' }, Buffer.from(page), size);
      expect(gunzipSync(out.bytes).toString()).toBe(page);
      expect(headers).toEqual({ "Content-Encoding": "gzip", ETag: 'W/"abc"', Vary: "Accept-Encoding" });
      const { esi, plainLength, isGzip } = context.facts;
      expect({ plainLength, isGzip }).toEqual({ plainLength: page.length, isGzip: true });
      expect(esi?.isGzip).toBe(true);
      let at = 0;
      const pieces: string[] = [];
      for (const segment of esi!.segments) {
        if (segment.kind === "include") continue;
        const bytes = out.bytes.subarray(at, (at += segment.length));
        if (segment.kind === "skip") continue;
        const member = Buffer.concat([
          gzipSync("").subarray(0, 10),
          bytes,
          Buffer.from([3, 0]),
          Buffer.alloc(8),
        ]);
        member.writeUInt32LE(segment.crc!, member.length - 8);
        member.writeUInt32LE(segment.plainLength!, member.length - 4);
        pieces.push(gunzipSync(member).toString());
      }
      expect(pieces).toEqual(["<a>one", "two", "three"]);
      expect(context.records.at(-1)).toMatch(
        new RegExp(`^Gzip G F E ${page.length} ${out.bytes.length} 80 \\d+ \\d+$`),
      );
    }
  });

  test("reads what gunzip before it has unpacked", async () => {
    const { context, out } = await fetched("gunzip esi_gzip", gzipHeaders, gzipSync(page), 9);
    expect(gunzipSync(out.bytes).toString()).toBe(page);
    expect(context.facts.esi?.segments.map(({ kind }) => kind)).toContain("include");
    expect(context.counts).toEqual(["n_gunzip", "n_gzip"]);
  });

  test("counts places in packed bytes", async () => {
    const { context } = await fetched("esi_gzip", {}, Buffer.from("<esi:vars><a><esi:vars>"));
    const places = context.records.slice(0, 2).map((record) => Number(/after (\d+)/.exec(record)?.[1]));
    expect(places[0]).toBe(10);
    expect(places[1]).toBeGreaterThan(20);
  });
});
