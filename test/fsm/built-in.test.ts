import { describe, expect, it } from "vitest";
import { loadJavaScript } from "../../src/codegen/load.js";
import {
  MemoryHost,
  request,
  settled,
  type MemoryRequest,
  type MemoryResponse,
  type Origin,
} from "../../src/host/memory/index.js";
import * as runtime from "../../src/runtime/index.js";
import { Instance } from "../../src/runtime/instance.js";
import * as std from "../../src/vmod/std/index.js";
import { compiledToLoad } from "../support/compile.js";

/** A proxy in memory that runs compiled VCL with the real built-in VCL behind it. */
async function proxy(vcl: string, origin: Origin = () => ({ body: "hello" })) {
  const host = new MemoryHost();
  host.origin("*", origin);
  const instance = new Instance(host, { identity: "cache" });
  const text = `vcl 4.1;\n${vcl}\nbackend default { .host = "127.0.0.1"; }`;
  const vmods = new Map<string, object>([["std", std]]);
  await instance.load("main", loadJavaScript(compiledToLoad(text), { runtime, vmods }));
  await instance.use("main");
  const send = async (wanted: MemoryRequest = {}): Promise<MemoryResponse> => {
    const response = await request(instance, wanted);
    await settled();
    return response;
  };
  return { host, instance, send, calls: () => host.captured.texts("VCL_call") };
}

describe("the built-in VCL in the machine", () => {
  const passes: readonly (readonly [string, MemoryRequest])[] = [
    ["POST", { method: "POST" }],
    ["Authorization", { headers: { Authorization: "Basic x" } }],
    ["Cookie", { headers: { Cookie: "a=b" } }],
  ];
  for (const [what, wanted] of passes) {
    it(`${what} passes`, async () => {
      const { send, calls } = await proxy("");
      expect((await send(wanted)).body).toBe("hello");
      expect(calls()).toContain("PASS");
    });
  }

  it("a method it does not know is answered 501, and the connection ends", async () => {
    const { send } = await proxy("");
    const response = await send({ method: "BREW" });
    expect([response.status, response.close]).toEqual([501, true]);
    expect(response.body).toContain("501");
  });

  it("HTTP/1.1 without Host is answered 400", async () => {
    const { send } = await proxy("");
    expect((await send({ headers: [["Accept", "*/*"]] })).status).toBe(400);
  });

  it("Host is one for upper and lower case", async () => {
    const { send, host } = await proxy("");
    await send({ headers: { Host: "Example.COM" } });
    await send();
    expect(host.requests).toHaveLength(1);
  });

  const hitMisses: readonly (readonly [string, Record<string, string>])[] = [
    ["Set-Cookie", { "Set-Cookie": "a=b" }],
    ["Cache-Control: private", { "Cache-Control": "private, max-age=100" }],
    ["Surrogate-Control: no-store", { "Surrogate-Control": "no-store" }],
    ["Vary: *", { Vary: "*" }],
    ["max-age=0", { "Cache-Control": "max-age=0" }],
  ];
  for (const [what, headers] of hitMisses) {
    it(`${what} makes a hit-for-miss`, async () => {
      const { send, host, instance } = await proxy("", () => ({ headers }));
      await send();
      await send();
      expect([host.requests.length, instance.counters.get("cache_hitmiss")]).toEqual([2, 1]);
    });
  }

  it("a fetch that fails is answered 503 with a page", async () => {
    const { send } = await proxy("", () => ({ failure: "refused" }));
    const response = await send();
    expect([response.status, response.header("content-type")]).toEqual([503, "text/html; charset=utf-8"]);
    expect(response.body).toContain("Backend fetch failed");
    expect(response.header("retry-after")).toBe("5");
  });

  it("a 304 is merged", async () => {
    let count = 0;
    const { send, host } = await proxy(
      "sub vcl_backend_response { set beresp.keep = 1h; set beresp.grace = 0s; set beresp.ttl = 1s; }",
      () => (count++ === 0 ? { headers: { ETag: '"1"' }, body: "body" } : { status: 304 }),
    );
    await send();
    await host.clock.advance(10);
    expect((await send()).body).toBe("body");
    expect(host.requests).toHaveLength(2);
  });

  it("a user's vcl_hash that falls through is followed by the built-in one", async () => {
    const { send, host } = await proxy("sub vcl_hash { hash_data(req.http.X-Key); }");
    await send({ headers: { "X-Key": "1" } });
    await send({ headers: { "X-Key": "2" } });
    await send({ url: "/other", headers: { "X-Key": "2" } });
    expect(host.requests).toHaveLength(3);
  });

  it("return (fail), a suspended sub and std.rollback", async () => {
    const { send } = await proxy(`
      import std;
      sub vcl_recv {
        if (req.url == "/fail") { return (fail("as asked")); }
        if (req.url == "/keep" && std.cache_req_body(1KB)) { set req.http.X-Kept = "1"; return (pass); }
        set req.http.X-Mine = "1";
        std.rollback(req);
        if (req.http.X-Mine) { return (synth(500)); }
        return (synth(204));
      }`);
    expect((await send({ url: "/fail" })).reason).toBe("VCL failed");
    expect((await send({ url: "/keep", method: "POST", body: "x" })).status).toBe(200);
    expect((await send()).status).toBe(204);
  });

  it("ban(): what it covers is fetched anew", async () => {
    const { send, host } = await proxy(`
      sub vcl_recv {
        if (req.method == "BAN") { ban("req.url == " + req.url); return (synth(200)); }
      }`);
    await send({ url: "/a" });
    await send({ url: "/b" });
    await send({ url: "/a", method: "BAN" });
    await send({ url: "/a" });
    await send({ url: "/b" });
    expect(host.requests).toHaveLength(3);
  });
});
