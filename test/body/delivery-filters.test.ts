import { brotliDecompressSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deliveryFilters } from "../../src/runtime/body/built-in-filters.js";
import { openChain } from "../../src/runtime/body/filter-chain.js";
import type { DeliveryContext } from "../../src/runtime/body/filter-kind.js";
import { FilterRegistry, UnknownFilter } from "../../src/runtime/body/filter-registry.js";
import { HttpHeaders } from "../../src/runtime/http/index.js";
import {
  Collector,
  SlowCollector,
  cut,
  cutAt,
  deliveryContext,
  feed,
  noFacts,
} from "../support/body-filters.js";

const registry = new FilterRegistry("VDP", deliveryFilters);

function open(list: string, context: DeliveryContext, out = new Collector()) {
  const kinds = registry.parse(list);
  if (kinds instanceof UnknownFilter) throw new Error(kinds.message);
  return { chain: openChain(kinds, context, out), out };
}

/** Delivers a body through a list of filters to a request with some headers. */
async function deliver(
  list: string,
  body: Uint8Array,
  request: Readonly<Record<string, string>>,
  changes: Omit<Partial<DeliveryContext>, "http"> = {},
  headers: Readonly<Record<string, string>> = {},
  pieces = cut(body, 3),
) {
  const own = { request: new HttpHeaders(Object.entries(request)), length: body.length };
  const context = deliveryContext(headers, { ...own, ...changes });
  const { chain, out } = open(list, context, new SlowCollector());
  await feed(chain, pieces);
  const { status, length } = context;
  return { status, length, text: out.text, out, headers: Object.fromEntries(context.http), context };
}

const digits = Buffer.from("0123456789");
const unknown = { length: undefined };

describe("range", () => {
  test.each([
    ["bytes=0-4", "01234", "bytes 0-4/10"],
    ["bytes=5-", "56789", "bytes 5-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=-30", "0123456789", "bytes 0-9/10"],
    ["bytes=7-20", "789", "bytes 7-9/10"],
    ["BYTES=3-3", "3", "bytes 3-3/10"],
    ["bytes=0-9 ", "0123456789", "bytes 0-9/10"],
  ])("%s: 206", async (range, text, contentRange) => {
    const { status, length, ...answer } = await deliver("range", digits, { Range: range });
    expect({ status, length, text: answer.text }).toEqual({ status: 206, length: text.length, text });
    expect(answer.headers).toEqual({ "Content-Range": contentRange });
  });

  test.each([
    ["bytes 0-4", "Missing '='"],
    ["lines=0-4", "Not Bytes"],
    ["bytes=99999999999999999999-", "Low number too big"],
    ["bytes=4", "Missing hyphen"],
    ["bytes= 4-5", "Missing hyphen"],
    ["bytes=0-99999999999999999999", "High number too big"],
    ["bytes=-", "Neither high nor low"],
    ["bytes=-0", "No low, high is zero"],
    ["bytes=5-2", "high smaller than low"],
    ["bytes=0-1,4-5", "Trailing stuff"],
    ["bytes=10-", "low range beyond object"],
  ])("%s: 416, as every range that cannot be followed (%s)", async (range, reason) => {
    const { status, length, text, headers, context } = await deliver("range", digits, { Range: range });
    expect({ status, length, text }).toEqual({ status: 416, length: 0, text: "" });
    expect(headers).toEqual({ "Content-Range": "bytes */10" });
    expect(context.records).toEqual([`Debug RANGE_FAIL ${reason}`]);
  });

  test("of a body whose length nobody knows", async () => {
    const closed = await deliver("range", digits, { Range: "bytes=2-4" }, unknown);
    expect(closed).toMatchObject({
      status: 206,
      length: undefined,
      text: "234",
      headers: { "Content-Range": "bytes 2-4/*" },
    });
    const short = await deliver("range", digits, { Range: "bytes=7-20" }, unknown);
    expect(short).toMatchObject({ status: 206, text: "789", headers: { "Content-Range": "bytes 7-20/*" } });
    for (const range of ["bytes=3-", "bytes=-3"]) {
      expect(await deliver("range", digits, { Range: range }, unknown)).toMatchObject({
        status: 200,
        text: "0123456789",
      });
    }
    const broken = await deliver("range", digits, { Range: "bytes=4" }, unknown);
    expect(broken).toMatchObject({ status: 416, length: 0, text: "", headers: {} });
  });

  test("of nothing is nothing where it is well formed", async () => {
    expect(await deliver("range", Buffer.alloc(0), { Range: "bytes=0-4" })).toMatchObject({
      status: 200,
      headers: {},
    });
    expect(await deliver("range", Buffer.alloc(0), { Range: "bytes=4" })).toMatchObject({
      status: 416,
      headers: { "Content-Range": "bytes */0" },
    });
  });

  test("does not apply where If-Range says so, even if it is broken", async () => {
    const whole = { status: 200, text: "0123456789" };
    const etag = { ETag: '"abc"' };
    const ask = (ifRange: string, headers: Record<string, string>, range = "bytes=0-1") =>
      deliver("range", digits, { Range: range, "If-Range": ifRange }, {}, headers);
    expect(await ask('"abc"', etag)).toMatchObject({ status: 206, text: "01" });
    expect(await ask('"abd"', etag)).toMatchObject(whole);
    expect(await ask('W/"abc"', { ETag: 'W/"abc"' })).toMatchObject(whole);
    expect(await ask('"no"', etag, "bytes=9-1")).toMatchObject(whole);
  });

  test("is cut wherever the body is, and the source may stop behind it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(9), fc.nat(9), fc.array(fc.nat(), { maxLength: 5 }), async (a, b, places) => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)];
        const pieces = cutAt(digits, places);
        const { text } = await deliver("range", digits, { Range: `bytes=${first}-${last}` }, {}, {}, pieces);
        expect(text).toBe("0123456789".slice(first, last + 1));
        const range = new HttpHeaders([["Range", `bytes=${first}-${last}`]]);
        const { chain, out } = open("range", deliveryContext({}, { length: 10, request: range }));
        const skipped = chain.skip(pieces);
        await feed(chain, pieces.slice(skipped));
        expect(out.text).toBe(text);
        expect(pieces.slice(0, skipped + 1).reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(
          first,
        );
      }),
    );
    const context = deliveryContext({}, { length: 10, request: new HttpHeaders([["Range", "bytes=2-4"]]) });
    const { chain } = open("range", context);
    await chain.write(digits.subarray(0, 4));
    expect(chain.satisfied).toBe(false);
    await chain.write(digits.subarray(4, 6));
    expect(chain.satisfied).toBe(true);
  });

  test("that is not filled closes the connection, where its length was said", async () => {
    const short = deliver("range", digits, { Range: "bytes=2-50" }, { length: 100 });
    await expect(short).rejects.toMatchObject({ name: "FilterFailure", closes: "RANGE_SHORT" });
  });

  test("twice cuts twice", async () => {
    const { context, text } = await deliver("range range", digits, { Range: "bytes=2-5" });
    expect(text).toBe("45");
    expect(context.http.all("content-range")).toEqual(["bytes 2-5/10", "bytes 2-3/4"]);
  });

  test("steps aside on the way to a backend", async () => {
    const { context, text } = await deliver("range", digits, {}, { request: undefined });
    expect(text).toBe("0123456789");
    expect(context.records).toEqual(["Debug RANGE_FAIL range can only be used on the client side"]);
  });
});

describe("several ranges, where the parameter allows them", () => {
  const several = (range: string, changes: Partial<DeliveryContext> = {}) =>
    deliver(
      "range",
      digits,
      { Range: range },
      { maxRanges: 3, ...changes },
      { "Content-Type": "text/plain" },
    );

  test("come as multipart/byteranges, with a length", async () => {
    const { status, text, length, headers } = await several("bytes=0-1, 4-5,-1");
    expect(status).toBe(206);
    const [, boundary] = /^multipart\/byteranges; boundary=(range-\w{24})$/.exec(headers["Content-Type"]!)!;
    const part = (range: string, body: string) =>
      `\r\n--${boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes ${range}/10\r\n\r\n${body}`;
    expect(text).toBe(`${part("0-1", "01")}${part("4-5", "45")}${part("9-9", "9")}\r\n--${boundary}--\r\n`);
    expect(length).toBe(text.length);
    expect(headers["Content-Range"]).toBeUndefined();
  });

  test("are sorted, and put together where they touch: one of them is a plain 206", async () => {
    expect(await several("bytes=4-5,2-3,0-2")).toMatchObject({
      text: "012345",
      headers: { "Content-Range": "bytes 0-5/10" },
    });
  });

  test("beyond the end are left out; where all are, or there are too many, it is a 416", async () => {
    expect(await several("bytes=8-,20-30")).toMatchObject({ status: 206, text: "89" });
    expect(await several("bytes=20-,30-")).toMatchObject({ status: 416, text: "" });
    expect(await several("bytes=0-0,2-2,4-4,6-6")).toMatchObject({ status: 416, text: "" });
    expect(await several("bytes=0-0,2-1")).toMatchObject({ status: 416, text: "" });
  });

  test("of an unknown length are one range too many", async () => {
    expect(await several("bytes=0-0,2-2", unknown)).toMatchObject({ status: 416, length: 0 });
  });

  test("are the same however the body is cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 5 }), async (places) => {
        const request = { Range: "bytes=1-2,4-4,6-9" };
        const { text } = await deliver("range", digits, request, { maxRanges: 3 }, {}, cutAt(digits, places));
        expect(text.match(/\r\n\r\n\d+/g)).toEqual(["\r\n\r\n12", "\r\n\r\n4", "\r\n\r\n6789"]);
      }),
    );
  });
});

describe("gunzip", () => {
  const packed = gzipSync("0123456789");
  const facts = { ...noFacts(), isGzip: true, plainLength: 10, positions: { first: 80, last: 80, end: 170 } };
  const gzip = { "Content-Encoding": "gzip", "Content-Length": "30", ETag: '"abc"' };

  test("unpacks, and says the length where it is known", async () => {
    const { text, length, headers, context } = await deliver("gunzip", packed, {}, { facts }, gzip);
    expect({ text, length }).toEqual({ text: "0123456789", length: 10 });
    // The length of the stored body: what is said for HEAD.
    expect(headers).toEqual({ "Content-Length": "30", ETag: '"abc"' });
    expect(context.records).toEqual(["Gzip U D - 30 10 80 80 170"]);
    expect(context.counts).toEqual(["n_gunzip"]);
  });

  test("does not know the length of a streaming body, of nothing, or of what another filter has made", async () => {
    expect((await deliver("gunzip", packed, {}, { facts, length: undefined }, gzip)).length).toBeUndefined();
    const empty = { ...facts, plainLength: 0 };
    expect((await deliver("gunzip", gzipSync(""), {}, { facts: empty }, gzip)).length).toBeUndefined();
    const half = await deliver("range gunzip", packed, { Range: "bytes=0-14" }, { facts }, gzip);
    expect(half).toMatchObject({ status: 206, length: undefined, text: "" });
  });

  test("comes before range: positions in the text", async () => {
    const { text, length } = await deliver("gunzip range", packed, { Range: "bytes=2-5" }, { facts }, gzip);
    expect({ text, length }).toEqual({ text: "2345", length: 4 });
  });

  test("breaks off where there is no gzip", async () => {
    const context = deliveryContext({}, { length: 10 });
    const { chain } = open("gunzip", context);
    await expect(feed(chain, [digits])).rejects.toThrow("Invalid Gzip data: incorrect header check");
    expect(context.records).toEqual(["Gzip Gunzip error: -3 (incorrect header check)"]);
  });

  test("sends on what it can when nothing more comes for a while", async () => {
    const context = deliveryContext({}, { facts });
    const { chain, out } = open("gunzip", context);
    const stream = gzipSync("x".repeat(5000), { level: 0 });
    await chain.write(stream.subarray(0, 2000));
    expect(out.text).toBe("");
    await chain.flush();
    expect(out.text.length).toBeGreaterThan(1000);
    await feed(chain, [stream.subarray(2000)]);
    expect(out.text).toBe("x".repeat(5000));
  });
});

describe("br", () => {
  const text = Buffer.from("The quick brown fox. ".repeat(3000));

  test("packs for a client that takes it", async () => {
    const answer = await deliver(
      "br",
      text,
      { "Accept-Encoding": "gzip, br" },
      {},
      { ETag: '"abc"' },
      cut(text, 5000),
    );
    expect(brotliDecompressSync(answer.out.bytes).equals(text)).toBe(true);
    expect(answer.headers).toEqual({ "Content-Encoding": "br", ETag: 'W/"abc"', Vary: "Accept-Encoding" });
    expect(answer.length).toBeUndefined();
  });

  test("recodes what is stored as gzip", async () => {
    const packed = gzipSync(text);
    const answer = await deliver(
      "gunzip br",
      packed,
      { "Accept-Encoding": "br" },
      {},
      { "Content-Encoding": "gzip" },
    );
    expect(brotliDecompressSync(answer.out.bytes).equals(text)).toBe(true);
  });

  test("steps aside for others, and for what is packed already", async () => {
    for (const [request, headers] of [
      [{ "Accept-Encoding": "gzip" }, {}],
      [{ "Accept-Encoding": "br;q=0" }, {}],
      [{ "Accept-Encoding": "br" }, { "Content-Encoding": "gzip" }],
    ] as const) {
      const answer = await deliver("br", digits, request, {}, headers);
      expect(answer).toMatchObject({ text: "0123456789", length: 10, headers });
    }
  });

  test("sends on what it has when nothing more comes for a while, and can be given up", async () => {
    const context = deliveryContext({}, { request: new HttpHeaders([["Accept-Encoding", "br"]]) });
    const { chain, out } = open("br", context);
    await chain.write(Buffer.from("some text"));
    await chain.flush();
    expect(out.bytes.length).toBeGreaterThan(5);
    chain.abandon();
    expect(out.abandoned).toBe(true);
  });
});
