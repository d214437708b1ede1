import { spawnSync } from "node:child_process";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCompression } from "../../src/host/node/compression.js";
import { isGoodInclude, type EsiDelivery, type EsiParent } from "../../src/runtime/body/esi/esi-delivery.js";
import { includeOutput } from "../../src/runtime/body/esi/include-output.js";
import { openChain } from "../../src/runtime/body/filter-chain.js";
import { deliveryFilters } from "../../src/runtime/body/built-in-filters.js";
import { plainBody, type StoredBodyFacts } from "../../src/runtime/body/filter-kind.js";
import { GzipMember } from "../../src/runtime/body/gzip-member.js";
import type { Parameters } from "../../src/runtime/index.js";
import { EsiSite } from "../support/esi-site.js";
import { Collector, SlowCollector, cut, deliveryContext, feed } from "../support/body-filters.js";
import type { VectorResponse } from "../support/delivery-vectors.js";

const site = (
  paths: Readonly<Record<string, VectorResponse>>,
  pieceLength = 1000,
  parameters: Partial<Parameters> = {},
): EsiSite => new EsiSite(paths, pieceLength, parameters);

const esi = { "X-Do": "esi" };
const gzipClient = { "Accept-Encoding": "gzip" };

/** `gunzip -t` of the system, where there is one: it must say nothing. */
function gunzipTest(member: Uint8Array): string {
  const { stderr, error } = spawnSync("gunzip", ["-t"], { input: member });
  return error ? "" : stderr.toString();
}

describe("a page of pieces", () => {
  const page = (include: string) => `<a>begin<esi:include src="${include}"/>end</a>`;
  const children: Record<string, VectorResponse> = {
    plain: { body: "[child]" },
    gzip: { body_gzip_of: "[child]" },
    "nothing, gzip": { body_gzip_of: "" },
    nothing: { body: "" },
    "204": { status: 204, nolen: true },
    "plain with ESI": { headers: esi, body: "<b>[<esi:include src='/c'/>]" },
    "gzip with ESI": { headers: esi, body_gzip_of: "<b>[<esi:include src='/c'/>]" },
    "large and plain": { body_repeat: ["0123456789", 20_000] },
    "large and gzip": { gzip_repeat: ["The quick brown fox ", 20_000] },
  };
  const texts: Record<string, string> = {
    "nothing, gzip": "",
    nothing: "",
    "204": "",
    "plain with ESI": "<b>[[C]]",
    "gzip with ESI": "<b>[[C]]",
    "large and plain": "0123456789".repeat(20_000),
    "large and gzip": "The quick brown fox ".repeat(20_000),
  };
  const cases = Object.keys(children).flatMap((child) =>
    ["/c gzip", "/c plain"].flatMap((grandchild) => [[child, grandchild] as const]),
  );

  test.each(cases)(
    "gzip with a child that is %s, grandchild %s: one member that is right, and the same text unpacked",
    async (child, grandchild) => {
      const c: VectorResponse = grandchild === "/c gzip" ? { body_gzip_of: "[C]" } : { body: "[C]" };
      const origin = { "/a": { headers: esi, body_gzip_of: page("/b") }, "/b": children[child]!, "/c": c };
      const text = `<a>begin${texts[child] ?? "[child]"}end</a>`;
      const packed = await site(origin, 64).get("/a", gzipClient);
      expect(packed.http.get("content-encoding")).toBe("gzip");
      expect(packed.body.subarray(0, 10).toString("hex")).toBe("1f8b0800000000000203");
      expect(gunzipSync(packed.body).toString()).toBe(text);
      expect(gunzipTest(packed.body)).toBe("");
      const plain = await site(origin, 64).get("/a");
      expect(plain.body.toString()).toBe(text);
      const parent = { ...origin, "/a": { headers: esi, body: page("/b") } };
      const answer = await site(parent, 64).get("/a", gzipClient);
      expect(answer.body.toString()).toBe(text);
    },
  );

  test("is a member whatever the bits at the end of a child are", async () => {
    const ends = new Set<number>();
    const origin: Record<string, VectorResponse> = {};
    let text = "<a>";
    let markup = "<a>";
    for (let i = 0; i < 60; i++) {
      const child = "abcdefgh0!".slice(i % 7).repeat(1 + (i % 5)) + "!".repeat(i % 4);
      ends.add(gzipSync(child).length % 8);
      origin[`/${i}`] = { body_gzip_of: child };
      markup += `${i}<esi:include src="/${i}"/>`;
      text += `${i}${child}`;
    }
    const { body } = await site({ ...origin, "/a": { headers: esi, body_gzip_of: markup } }).get(
      "/a",
      gzipClient,
    );
    expect(gunzipSync(body).toString()).toBe(text);
    expect(gunzipTest(body)).toBe("");
  });

  /** A page with text, includes that lead to pages further down, and stretches that are removed. */
  const parts = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant("text" as const), text: fc.string({ maxLength: 40 }) }),
      fc.record({ kind: fc.constant("include" as const), to: fc.nat(4) }),
      fc.record({ kind: fc.constant("remove" as const), text: fc.string({ maxLength: 10 }) }),
    ),
    { maxLength: 6 },
  );
  const pages = fc.array(fc.record({ parts, gzip: fc.boolean(), esi: fc.boolean(), repeat: fc.nat(300) }), {
    minLength: 5,
    maxLength: 5,
  });

  test("any pieces in any encoding, cut anywhere: what comes out is what stands there", async () => {
    const clean = (text: string) => text.replace(/[<>]/g, "");
    await fc.assert(
      fc.asyncProperty(pages, fc.integer({ min: 1, max: 500 }), async (all, pieceLength) => {
        const origin: Record<string, VectorResponse> = {};
        /** Page n leads to pages behind it only. */
        const textOf = (n: number): string => {
          const { parts: own, repeat, esi: isEsi } = all[n]!;
          let text = "<p>" + "word ".repeat(repeat);
          for (const part of own) {
            const target = n + 1 + (part.kind === "include" ? part.to : 0);
            const exists = target < all.length;
            if (part.kind === "text") text += clean(part.text);
            else if (part.kind === "include" && exists)
              text += isEsi ? textOf(target) : `<esi:include src="/${target}"/>`;
            else if (part.kind === "remove" && !isEsi) text += `<esi:remove>${clean(part.text)}</esi:remove>`;
          }
          return text;
        };
        for (const [n, { gzip, esi: isEsi, parts: own, repeat }] of all.entries()) {
          let markup = "<p>" + "word ".repeat(repeat);
          for (const part of own) {
            const target = n + 1 + (part.kind === "include" ? part.to : 0);
            if (part.kind === "text") markup += clean(part.text);
            else if (part.kind === "include" && target < all.length)
              markup += `<esi:include src="/${target}"/>`;
            else if (part.kind === "remove") markup += `<esi:remove>${clean(part.text)}</esi:remove>`;
          }
          const headers = isEsi ? esi : {};
          origin[`/${n}`] = gzip ? { headers, body_gzip_of: markup } : { headers, body: markup };
        }
        const wanted = textOf(0);
        const plain = await site(origin, pieceLength).get("/0");
        expect(plain.body.toString()).toBe(wanted);
        const answer = await site(origin, pieceLength).get("/0", gzipClient);
        const isGzip = answer.http.get("content-encoding") === "gzip";
        expect((isGzip ? gunzipSync(answer.body) : answer.body).toString()).toBe(wanted);
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  test("stops at a depth", async () => {
    const origin = { "/a": { headers: esi, body: "<a><esi:include src='/a'/></a>" } };
    expect((await site(origin).get("/a")).body.toString()).toBe("<a>".repeat(6) + "</a>".repeat(6));
    expect((await site(origin, 10, { max_esi_depth: 0 }).get("/a")).body.toString()).toBe("<a></a>");
  });
});

/** The ESI filter by itself: `outcomes` of the includes in turn, each of which writes its URL in brackets. */
function deliverable(
  outcomes: readonly ("good" | "bad")[],
  abortsOnError: boolean,
  tail = new SlowCollector(),
) {
  const seen: string[] = [];
  const include = (url: string, continues: boolean) => ({
    kind: "include" as const,
    host: undefined,
    url,
    continues,
  });
  const delivery: EsiDelivery = {
    program: {
      isGzip: false,
      segments: [
        { kind: "verbatim", length: 2 },
        include("/1", true),
        { kind: "skip", length: 3 },
        { kind: "verbatim", length: 1 },
        include("/2", false),
        include("/3", true),
      ],
    },
    member: undefined,
    abortsOnError,
    ahead: 0,
    async include({ url }, parent: EsiParent) {
      seen.push(url);
      await parent.sink.flush?.();
      await parent.sink.write(Buffer.from(`[${url}]`));
      return outcomes[seen.length - 1] ?? "good";
    },
  };
  const context = deliveryContext({ ETag: '"abc"', "Content-Length": "6" }, { length: 6, esi: delivery });
  const chain = openChain(
    deliveryFilters.filter(({ name }) => name === "esi"),
    context,
    tail,
  );
  return { chain, context, seen, tail };
}

describe("esi", () => {
  const body = Buffer.from("ab---c");

  test("delivers pieces and includes in order, one after the other, and the client has what came before", async () => {
    for (const size of [1, 2, 6]) {
      const { chain, context, seen, tail } = deliverable([], false);
      await feed(chain, cut(body, size));
      expect(tail.text).toBe("ab[/1]c[/2][/3]");
      expect(seen).toEqual(["/1", "/2", "/3"]);
      expect(tail.flushes).toBe(3);
      expect(context.length).toBeUndefined();
      expect(context.http.get("etag")).toBe('W/"abc"');
    }
  });

  test("goes on after a bad include unless the feature esi_include_onerror says otherwise", async () => {
    const without = deliverable(["bad", "bad", "bad"], false);
    await feed(without.chain, [body]);
    expect(without.tail.text).toBe("ab[/1]c[/2][/3]");
    const second = deliverable(["bad", "bad"], true);
    await expect(feed(second.chain, [body])).rejects.toMatchObject({ name: "FilterFailure" });
    expect(second.tail).toMatchObject({ text: "ab[/1]c[/2]", ended: false });
  });

  test("after an include without onerror, one with it ends the response too", async () => {
    const { chain, tail } = deliverable(["good", "good", "bad"], true);
    await expect(feed(chain, [body])).rejects.toMatchObject({ name: "FilterFailure" });
    expect(tail.text).toBe("ab[/1]c[/2][/3]");
  });

  test("fetches no include that nobody will see", async () => {
    const tail = Object.assign(new SlowCollector(), { satisfied: true });
    const { chain, seen } = deliverable([], false, tail);
    await feed(chain, [body]);
    expect(seen).toEqual([]);
  });

  test("steps aside where the object has no ESI program", () => {
    const context = deliveryContext({ ETag: '"abc"' });
    const chain = openChain(
      deliveryFilters.filter(({ name }) => name === "esi"),
      context,
      new Collector(),
    );
    expect(chain.names).toEqual([]);
    expect(context.http.get("etag")).toBe('"abc"');
  });

  test("takes 200 and 204 for good, whatever VCL has added", () => {
    expect([200, 204, 1200, 2204].every(isGoodInclude)).toBe(true);
    expect([206, 304, 404, 503, 1404].some(isGoodInclude)).toBe(false);
  });
});

describe("an include that is gzip in a page that is gzip", () => {
  const put = (facts: StoredBodyFacts = { ...plainBody, isGzip: true }) => {
    const sink = new Collector();
    const member = new GzipMember();
    return { sink, member, facts, output: includeOutput({ sink, member }, facts, [], nodeCompression) };
  };
  const child = gzipSync("[child]");

  test("has its blocks looked for once; they are kept with the object", async () => {
    const first = put();
    await feed(first.output.tail, cut(child, 5));
    const kept = first.facts.positions;
    expect(kept?.first).toBe(80);
    const second = put(first.facts);
    await feed(second.output.tail, [child]);
    expect(second.facts.positions).toBe(kept);
    expect(second.sink.bytes.equals(first.sink.bytes)).toBe(true);
    const whole = Buffer.concat([second.member.header, second.sink.bytes, second.member.trailer]);
    expect(gunzipSync(whole).toString()).toBe("[child]");
  });

  test("is left out where it breaks off, and the stored bytes are not changed", async () => {
    const { sink, output } = put();
    expect(output.leavesOutBroken).toBe(true);
    await expect(feed(output.tail, [child.subarray(0, -3)])).rejects.toThrow("no whole gzip member");
    expect(sink.bytes.length).toBe(0);
    const copy = Buffer.from(child);
    await feed(put().output.tail, [child]);
    expect(child.equals(copy)).toBe(true);
  });

  test("stays gzip whatever else a filter does that does not unpack it", async () => {
    const sink = new Collector();
    const member = new GzipMember();
    const facts = { ...plainBody, isGzip: true };
    const { tail, leavesOutBroken } = includeOutput({ sink, member }, facts, ["mine"], nodeCompression);
    expect(leavesOutBroken).toBe(true);
    await feed(tail, [child]);
    expect(gunzipSync(Buffer.concat([member.header, sink.bytes, member.trailer])).toString()).toBe("[child]");
  });

  test("that VCL has unpacked goes in as text", async () => {
    const sink = new Collector();
    const member = new GzipMember();
    const facts = { ...plainBody, isGzip: true, esi: { isGzip: true, segments: [] } };
    const { tail, member: own } = includeOutput({ sink, member }, facts, ["esi", "gunzip"], nodeCompression);
    expect(own).toBeUndefined();
    await feed(tail, [Buffer.from("text")]);
    expect(gunzipSync(Buffer.concat([member.header, sink.bytes, member.trailer])).toString()).toBe("text");
  });
});
