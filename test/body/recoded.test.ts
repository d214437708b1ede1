import { expect, test } from "vitest";
import { brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { Instance, type Parameters } from "vclc/runtime";
import { nodeCompression } from "../../src/host/node/compression.js";
import { MemoryHost, request, type MemoryResponse } from "../../src/host/memory/index.js";
import { preferredCoding } from "../../src/runtime/http/accept-encoding.js";
import { vclModule } from "../support/proxy.js";

const text = "The quick brown fox. ".repeat(300);
const policy = vclModule(`vcl 4.1; backend b { .host = "127.0.0.1"; }
sub vcl_backend_response { set beresp.do_gzip = true; }
sub vcl_deliver { set resp.http.X-Filters = "[" + resp.filters + "]"; }`);

type Get = (encodings: string, more?: Readonly<Record<string, string>>) => Promise<MemoryResponse>;

/** A site of one text, kept as gzip. */
async function site(parameters: Partial<Parameters>, body = text): Promise<{ get: Get; instance: Instance }> {
  const host = new MemoryHost();
  host.origin("*", () => ({ body, headers: { ETag: '"abc"' } }));
  const instance = new Instance(host, { parameters });
  await instance.load("boot", policy);
  await instance.use("boot");
  const get: Get = (encodings, more = {}) =>
    request(instance, { headers: { "Accept-Encoding": encodings, ...more } });
  await get("gzip");
  return { get, instance };
}

const bytesOf = ({ body }: MemoryResponse): Buffer => Buffer.from(body, "latin1");

test("with http_brotli_support a client who prefers brotli gets it, made once and kept with the object", async () => {
  const { get, instance } = await site({ http_brotli_support: 1 });
  const before = instance.storages.all[0]?.used_space;
  const first = await get("gzip, br");
  expect(brotliDecompressSync(bytesOf(first)).toString()).toBe(text);
  expect(first.header("content-encoding")).toBe("br");
  expect(first.header("content-length")).toBe(String(first.body.length));
  expect([first.header("etag"), first.header("vary")]).toEqual(['W/"abc"', "Accept-Encoding"]);
  expect(first.header("x-filters")).toBe("[ gunzip br]");
  expect((instance.storages.all[0]?.used_space ?? 0) - (before ?? 0)).toBe(first.body.length);
  expect((await get("br")).body).toBe(first.body);
  const other = await get("gzip");
  expect(gunzipSync(bytesOf(other)).toString()).toBe(text);
  expect((await get("identity")).body).toBe(text);
});

test("without it, for a range, and for clients who like gzip better, nothing changes", async () => {
  expect((await (await site({})).get("gzip, br")).header("content-encoding")).toBe("gzip");
  const { get } = await site({ http_brotli_support: 1 });
  expect((await get("gzip;q=1, br;q=0.5")).header("content-encoding")).toBe("gzip");
  const part = await get("br", { Range: "bytes=0-3" });
  expect([part.status, part.body]).toEqual([206, "The "]);
});

test("a body that is large goes through the filters each time", async () => {
  let seed = 1;
  const large = Array.from({ length: 600_000 }, () =>
    ((seed = (seed * 48271) % 0x7fffffff) % 10_000).toString(36),
  ).join(" ");
  const { get, instance } = await site({ http_brotli_support: 1 }, large);
  expect(gzipSync(large).length).toBeGreaterThan(1024 * 1024);
  const before = instance.storages.all[0]?.used_space;
  const answer = await get("br");
  expect(brotliDecompressSync(bytesOf(answer)).toString() === large).toBe(true);
  expect(answer.header("content-length")).toBeUndefined();
  expect(instance.storages.all[0]?.used_space).toBe(before);
});

test.skipIf(!nodeCompression.encodings.includes("zstd"))(
  "the same with zstd, where Node has it",
  async () => {
    const { get } = await site({ http_zstd_support: 1 });
    expect((await get("zstd")).header("content-encoding")).toBe("zstd");
  },
);

test("the coding with the greatest weight is preferred, gzip only where it weighs more", () => {
  const both = ["br", "zstd"] as const;
  expect(preferredCoding("gzip, br, zstd", both)).toBe("br");
  expect(preferredCoding("gzip, br;q=0.9, zstd", both)).toBe("zstd");
  expect(preferredCoding("gzip;q=0.1, br;q=0.2", both)).toBe("br");
  expect(preferredCoding("gzip, br;q=0.9", both)).toBeUndefined();
  expect(preferredCoding("br;q=0", both)).toBeUndefined();
});
