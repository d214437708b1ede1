import { expect, test } from "vitest";
import { gunzipSync, gzipSync } from "node:zlib";
import { Instance } from "vclc/runtime";
import { MemoryHost, request, type MemoryResponse } from "../../src/host/memory/index.js";
import { vclModule } from "../support/proxy.js";

interface Sent {
  readonly answer: MemoryResponse;
  /** What the origin got. */
  readonly body: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly host: MemoryHost;
}

/** Posts a body through a VCL that passes it on. */
async function post(
  subs: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Sent> {
  const host = new MemoryHost();
  let got = "";
  let fields: Record<string, string> = {};
  host.origin("*", async (asked) => {
    got = await asked.text();
    fields = Object.fromEntries(asked.headers.map(([name, value]) => [name.toLowerCase(), value]));
    return { body: "ok" };
  });
  const instance = new Instance(host);
  const vcl = `vcl 4.1; import std; backend b { .host = "127.0.0.1"; }\n${subs}`;
  await instance.load("boot", vclModule(vcl));
  await instance.use("boot");
  const answer = await request(instance, { method: "POST", body, headers });
  return { answer, body: got, fields, host };
}

test("req.filters change the body as it is read; the backend is told of a length that it does not have any more by chunks", async () => {
  const sent = await post('sub vcl_recv { set req.filters = "gzip"; return (pass); }', "hello ".repeat(100));
  expect(sent.answer.status).toBe(200);
  expect(gunzipSync(Buffer.from(sent.body, "latin1")).toString()).toBe("hello ".repeat(100));
  expect(sent.fields).not.toHaveProperty("content-length");
  expect(sent.fields["transfer-encoding"]).toBe("chunked");
});

test("a body that is kept is kept as the filters leave it, with its new length", async () => {
  const vcl = 'sub vcl_recv { set req.filters = "gzip"; std.cache_req_body(1KB); return (pass); }';
  const sent = await post(vcl, "hello");
  expect(gunzipSync(Buffer.from(sent.body, "latin1")).toString()).toBe("hello");
  expect(sent.fields["content-length"]).toBe(String(sent.body.length));
});

test("req.filters cannot be set where there is no body, or where it has been read", async () => {
  const late = await post(
    'sub vcl_recv { std.cache_req_body(1KB); set req.filters = "gzip"; return (pass); }',
    "x",
  );
  expect(late.answer.status).toBe(503);
  expect(late.host.captured.texts("VCL_Error")).toEqual(["req.filters not settable"]);
});

test("bereq.filters are delivery filters: gunzip unpacks what goes to the backend", async () => {
  const packed = gzipSync("hello".repeat(50)).toString("latin1");
  const vcl = 'sub vcl_backend_fetch { set bereq.filters = "gunzip"; }';
  const sent = await post(vcl, packed, { Host: "a", "Content-Encoding": "gzip" });
  expect(sent.body).toBe("hello".repeat(50));
  expect(sent.fields).not.toHaveProperty("content-encoding");
  expect(sent.fields).not.toHaveProperty("content-length");
});

test("range and esi do nothing on the way to a backend, and the length stays", async () => {
  const sent = await post('sub vcl_backend_fetch { set bereq.filters = "esi range"; }', "0123456789", {
    Host: "a",
    Range: "bytes=2-4",
  });
  expect([sent.body, sent.fields["content-length"]]).toEqual(["0123456789", "10"]);
  expect(sent.host.captured.texts("Debug")).toContain("RANGE_FAIL range can only be used on the client side");
});

test.each([
  ['sub vcl_backend_fetch { set bereq.filters = "nosuch"; }', "Filter '...nosuch' not found"],
  ['sub vcl_recv { set req.filters = "nosuch"; return (pass); }', "Filter '...nosuch' not found"],
])("an unknown filter is a fetch that failed: %s", async (vcl, text) => {
  const { answer, host } = await post(vcl, "x");
  expect(answer.status).toBe(503);
  expect(host.captured.texts("FetchError")).toContain(text);
});
