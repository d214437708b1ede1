import { expect, onTestFinished, test } from "vitest";
import { v1 } from "../support/proxy-headers.js";
import { startOrigin, startProxy, type Proxy } from "../support/proxy.js";
import { rawRequest } from "../support/raw-http.js";

/** Loads a VCL into a proxy that takes PROXY; both end with the test. */
async function proxyWith(vcl: string): Promise<Proxy> {
  const proxy = await startProxy({}, { protocol: "PROXY" });
  onTestFinished(() => proxy.close());
  await proxy.load("main", `vcl 4.1; import std; ${vcl}`);
  await proxy.instance.use("main");
  return proxy;
}

test("S3-02 .proxy_header hands the client of an incoming PROXY header on, also in pipe; X-Forwarded-For has it at each step", async () => {
  const origin = await startOrigin((request, response) => {
    response.end(["x-forwarded-for", "x-inner"].map((name) => request.headers[name]).join(" "));
  });
  onTestFinished(() => origin.close());
  const inner = await proxyWith(`backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }
    sub vcl_recv { set req.http.x-inner = client.ip + " " + std.port(client.ip) + " " + server.ip; }`);
  const backend = (version: number): string =>
    `backend b${version} { .host = "127.0.0.1"; .port = "${inner.port}"; .proxy_header = ${version}; }`;
  const outer = await proxyWith(`${backend(1)} ${backend(2)}
    sub vcl_recv {
      if (req.url ~ "2") { set req.backend_hint = b2; }
      if (req.url ~ "pipe") { return (pipe); }
    }`);
  const headers = [
    [v1("TCP4 1.2.3.4 5.6.7.8 1111 5678"), "1.2.3.4, 1.2.3.4 1.2.3.4 1111 5.6.7.8"],
    [v1("TCP6 1:f::2 5:a::8 2222 5678"), "1:f::2, 1:f::2 1:f::2 2222 5:a::8"],
  ] as const;
  for (const [index, [header, expected]] of headers.entries()) {
    for (const url of [`/1?${index}`, `/2?${index}`, `/pipe1?${index}`, `/pipe2?${index}`]) {
      const request = `GET ${url} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`;
      expect(await rawRequest(outer.port, header + request)).toContain(expected);
    }
  }
});

test.each([1, 2])("a probe with .proxy_header = %i is taken by a place that takes PROXY", async (version) => {
  const inner = await proxyWith(`backend none_here none;
    sub vcl_recv {
      if (client.ip != remote.ip || server.ip != local.ip) { return (synth(400)); }
      return (synth(200));
    }`);
  const outer = await proxyWith(`backend b {
    .host = "127.0.0.1"; .port = "${inner.port}"; .proxy_header = ${version};
    .probe = { .interval = 0.1s; .window = 1; .threshold = 1; .initial = 0; }
  }`);
  const [shared] = outer.instance.sharedBackends;
  for (let tries = 0; tries < 100 && shared?.history?.healthy !== true; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(shared?.history?.healthy).toBe(true);
  expect(inner.records.some((record) => / Proxy /.test(record))).toBe(true);
});
