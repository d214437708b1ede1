import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { startOrigin } from "../support/proxy.js";
import { freePort } from "../support/ports.js";
import { rawRequest } from "../support/raw-http.js";
import { runVclc } from "../support/vclc-run.js";

/** Samples by name and labels. */
function samples(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [, name, value] = /^(\w+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
    if (name !== undefined) found.set(name, Number(value));
  }
  return found;
}

test("--metrics serves counters, latencies and health in Prometheus's form", async () => {
  const origin = await startOrigin((_, response) => {
    response.setHeader("Cache-Control", "max-age=60");
    response.end("hello");
  });
  onTestFinished(() => origin.close());
  const vcl = `vcl 4.1; backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }
    backend sick { .host = "127.0.0.1"; .port = "1"; .probe = { .interval = 0.1s; .initial = 0; } }
    sub vcl_recv { if (req.url == "/s") { return (synth(200)); } if (req.url == "/p") { return (pass); } set req.backend_hint = b; }
    sub vcl_deliver { if (req.url == "/sick") { set req.backend_hint = sick; } }`;
  const port = await freePort();
  const running = await runVclc(vcl, ["-a", "127.0.0.1:0", "--metrics", `127.0.0.1:${port}`]);
  expect(running.output()).toContain(`Metrics on http://127.0.0.1:${port}/metrics`);
  for (const url of ["/a", "/a", "/a", "/p", "/s"])
    await rawRequest(running.port, `GET ${url} HTTP/1.0\r\n\r\n`);
  await pause(300);
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await answer.text();
  expect(answer.headers.get("content-type")).toContain("text/plain");
  expect(text).toContain("# TYPE varnish_main_cache_hit counter");
  expect(text).toContain("# TYPE varnish_main_n_object gauge");
  const found = samples(text);
  const form = `b(127.0.0.1:${origin.port})`;
  expect(Object.fromEntries(found)).toMatchObject({
    varnish_main_cache_hit: 2,
    varnish_main_cache_miss: 1,
    varnish_main_client_req: 5,
    varnish_main_s_pass: 1,
    [`varnish_vbe_req{name="${form}"}`]: 2,
    [`vclc_backend_healthy{backend="${form}"}`]: 1,
    'vclc_backend_healthy{backend="sick(127.0.0.1:1)"}': 0,
    'vclc_vcl{name="boot",status="active",temperature="warm"}': 1,
    'vclc_request_duration_seconds_count{handling="hit"}': 2,
    'vclc_request_duration_seconds_count{handling="miss"}': 1,
    'vclc_request_duration_seconds_count{handling="pass"}': 1,
    'vclc_request_duration_seconds_count{handling="synth"}': 1,
    'vclc_fetch_duration_seconds_count{backend="boot.b"}': 2,
  });
  expect(found.get('vclc_request_duration_seconds_bucket{le="10",handling="hit"}')).toBe(2);
  // Counters only grow: asked again, they are not added up.
  const again = samples(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
  expect(again.get("varnish_main_cache_hit")).toBe(2);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
});

test("--metrics answers addresses and names that are meant, and no page whose name was made to point here", async () => {
  const port = await freePort();
  const flags = ["--metrics", `127.0.0.1:${port}`, "--metrics-host", "vclc.svc"];
  await runVclc("vcl 4.1; backend b none;", ["-a", "127.0.0.1:0", ...flags]);
  const ask = (host: string): Promise<string> =>
    rawRequest(port, `GET /metrics HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  for (const host of [`127.0.0.1:${port}`, "localhost", "[::1]:9100", "VCLC.svc:9100"]) {
    expect(await ask(host), host).toMatch(/^HTTP\/1\.1 200 /);
  }
  for (const host of ["evil.example", "127.0.0.1.evil.example", "vclc.svc.evil.example"]) {
    const answer = await ask(host);
    expect(answer, host).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain("start with --metrics-host NAME");
    expect(answer).not.toContain("varnish_main");
  }
});
