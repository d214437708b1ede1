import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { readTraceparent, traceparent } from "../../src/cli/run/observe/tracing/trace-context.js";
import { vclc } from "../support/cli.js";
import { freePort } from "../support/ports.js";
import { startOrigin } from "../support/proxy.js";
import { rawRequest } from "../support/raw-http.js";
import { runVclc } from "../support/vclc-run.js";

interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, string | number> }[];
  readonly events: readonly { readonly name: string }[];
  readonly status: { readonly code: number; readonly message?: string };
}

/** A collector that keeps what it is sent (OTLP/HTTP, JSON). */
async function startCollector(): Promise<{
  readonly url: string;
  readonly spans: SentSpan[];
  readonly paths: string[];
}> {
  const spans: SentSpan[] = [];
  const paths: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    paths.push(request.url ?? "");
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      for (const { scopeSpans } of JSON.parse(body).resourceSpans)
        for (const scope of scopeSpans) spans.push(...(scope.spans as SentSpan[]));
      response.setHeader("Content-Type", "application/json").end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, paths };
}

const sent = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };

const vcl = (port: number): string => `vcl 4.1; import std;
  backend b { .host = "127.0.0.1"; .port = "${port}"; }
  backend closed { .host = "127.0.0.1"; .port = "1"; }
  sub vcl_recv {
    std.log("tenant: blue"); set req.backend_hint = b;
    if (req.url == "/restart" && req.restarts == 0) { return (restart); }
    if (req.url == "/closed") { set req.backend_hint = closed; return (pass); }
  }
  sub vcl_backend_fetch { if (bereq.url == "/own") { set bereq.http.traceparent = "mine"; } }`;

describe("--otlp", () => {
  test("sends a request, its subs and its fetch as spans of the client's trace, which the backend is told, too", async () => {
    const collector = await startCollector();
    const origin = await startOrigin((_, response) => {
      response.setHeader("Cache-Control", "max-age=60");
      response.end("hello");
    });
    onTestFinished(() => origin.close());
    const running = await runVclc(vcl(origin.port), ["-a", "127.0.0.1:0", "--otlp", collector.url]);
    const get = (url: string, ...headers: readonly string[]): Promise<string> =>
      rawRequest(running.port, ["GET", url, "HTTP/1.0\r\n"].join(" ") + [...headers, "", ""].join("\r\n"));
    const traced = `traceparent: 00-${sent.traceId}-${sent.spanId}-01`;
    await get("/a?x=1", "Host: a.example", traced, "tracestate: vendor=1");
    await get("/restart", "Host: a.example");
    await get("/closed", "traceparent: nonsense", "tracestate: vendor=2");
    await get("/own", traced);
    await get("/unsampled", `traceparent: 00-${sent.traceId}-${sent.spanId}-00`);
    running.child.kill("SIGTERM");
    await running.exit;

    expect(collector.paths[0]).toBe("/v1/traces");
    const { spans } = collector;
    const attributes = (span: SentSpan | undefined): Record<string, unknown> =>
      Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));
    const requestOf = (path: string, reason = "rxreq"): SentSpan | undefined =>
      spans.find(
        (span) => attributes(span)["url.path"] === path && attributes(span)["vclc.reason"] === reason,
      );
    const below = (parent: SentSpan | undefined): SentSpan[] =>
      spans.filter(({ parentSpanId }) => parentSpanId === parent?.spanId);

    const request = requestOf("/a");
    expect(request).toMatchObject({ name: "GET", kind: 2, traceId: sent.traceId, parentSpanId: sent.spanId });
    expect(attributes(request)).toMatchObject({
      "http.request.method": "GET",
      "url.query": "x=1",
      "http.response.status_code": 200,
      "client.address": "127.0.0.1",
      "vclc.vcl": "boot",
    });
    const names = (of: SentSpan | undefined): string[] => below(of).map(({ name }) => name);
    expect(names(request).sort()).toEqual(["GET", "vcl_deliver", "vcl_hash", "vcl_miss", "vcl_recv"]);
    const recv = below(request).find(({ name }) => name === "vcl_recv");
    expect(attributes(recv)).toEqual({ "vclc.vcl": "boot", "vclc.return": "hash" });
    expect(recv?.events.map(({ name }) => name)).toEqual(["VCL_Log"]);
    const fetch = below(request).find(({ kind }) => kind === 3);
    expect(attributes(fetch)).toMatchObject({ "vclc.backend": "boot.b", "http.response.status_code": 200 });
    expect(names(fetch)).toEqual(["vcl_backend_fetch", "vcl_backend_response"]);
    for (const span of spans) {
      const times = [span.startTimeUnixNano, span.endTimeUnixNano].map(BigInt) as [bigint, bigint];
      expect(times[1] - times[0], span.name).toBeGreaterThanOrEqual(0n);
    }

    const told = origin.requests.map(({ url, headers }) => [
      url,
      headers["traceparent"],
      headers["tracestate"],
    ]);
    expect(told[0]).toEqual(["/a?x=1", `00-${sent.traceId}-${fetch?.spanId}-01`, "vendor=1"]);
    // VCL has the last word.
    expect(told.find(([url]) => url === "/own")).toEqual(["/own", "mine", undefined]);
    // Who does not want its trace kept has none here, and the backend is told so.
    expect(told.find(([url]) => url === "/unsampled")?.[1]).toMatch(
      new RegExp(`^00-${sent.traceId}-\\w{16}-00$`),
    );
    expect(requestOf("/unsampled")).toBeUndefined();

    const first = requestOf("/restart");
    expect(first?.parentSpanId ?? "").toBe("");
    const second = requestOf("/restart", "restart");
    expect(second).toMatchObject({ traceId: first?.traceId, parentSpanId: first?.spanId, kind: 1 });
    expect(names(second)).toContain("vcl_miss");

    const closed = requestOf("/closed");
    expect(closed).toMatchObject({ status: { code: 2 } });
    expect(closed?.traceId).not.toBe(sent.traceId);
    const failed = below(closed).find(({ kind }) => kind === 3);
    expect(failed?.status).toMatchObject({
      code: 2,
      message: expect.stringContaining("backend closed: fail"),
    });
  }, 20_000);

  test("a collector that does not answer is told of, and requests go on", async () => {
    vi.stubEnv("OTEL_EXPORTER_OTLP_TIMEOUT", "300");
    onTestFinished(() => void vi.unstubAllEnvs());
    const url = `http://127.0.0.1:${await freePort()}`;
    const running = await runVclc("vcl 4.1; backend b none; sub vcl_recv { return (synth(200)); }", [
      ...["-a", "127.0.0.1:0", "--otlp", url],
    ]);
    expect(await rawRequest(running.port, "GET / HTTP/1.0\r\n\r\n")).toContain("200");
    running.child.kill("SIGTERM");
    await running.exit;
    expect(running.output()).toMatch(/warn {2}traces are not taken by their collector: /);
    expect(
      running
        .output()
        .split("\n")
        .filter((line) => line.includes("traces are not taken")),
    ).toHaveLength(1);
  }, 20_000);

  test("says what is to be installed where its packages are not, and what a URL is", async () => {
    const hook = `export const resolve = (name, context, next) => { if (name.startsWith("@opentelemetry/")) throw Object.assign(new Error("Cannot find package '" + name + "'"), { code: "ERR_MODULE_NOT_FOUND" }); return next(name, context); };`;
    const dataUrl = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
    const register = `import { register } from "node:module"; register(${JSON.stringify(dataUrl(hook))});`;
    const args = ["run", "-f", "x.vcl", "--otlp"];
    const [missing, wrong] = await Promise.all([
      vclc([...args, "http://127.0.0.1:1"], undefined, { NODE_OPTIONS: `--import=${dataUrl(register)}` }),
      vclc([...args, "there"]),
    ]);
    expect(missing).toMatchObject({ code: 2, stdout: "" });
    expect(missing.stderr).toMatch(
      /^vclc: --otlp needs packages that are not installed \(@opentelemetry\/[\w-]+\): npm install @opentelemetry\/api@1\.9 .*exporter-trace-otlp-http@0\.220\n$/,
    );
    expect(wrong.stderr).toBe(
      'vclc: --otlp takes the URL of a collector, such as http://127.0.0.1:4318, not "there"\n',
    );
  });
});

describe("traceparent (W3C Trace Context)", () => {
  test.each([
    [`00-${sent.traceId}-${sent.spanId}-01`, 1],
    [`00-${sent.traceId}-${sent.spanId}-00`, 0],
    [`00-${sent.traceId}-${sent.spanId}-03`, 1],
    [`cc-${sent.traceId}-${sent.spanId}-01-more`, 1],
  ])("%s is taken", (text, traceFlags) => {
    const read = readTraceparent(text);
    expect(read).toEqual({ ...sent, traceFlags, isRemote: true });
    expect(read && traceparent(read)).toBe(`00-${sent.traceId}-${sent.spanId}-0${traceFlags}`);
  });

  test.each([
    undefined,
    "",
    `00-${sent.traceId}-${sent.spanId}`,
    `00-${sent.traceId}-${sent.spanId}-01-more`,
    `ff-${sent.traceId}-${sent.spanId}-01`,
    `00-${"0".repeat(32)}-${sent.spanId}-01`,
    `00-${sent.traceId}-${"0".repeat(16)}-01`,
    `00-${sent.traceId.toUpperCase()}-${sent.spanId}-01`,
    `00-${sent.traceId}-${sent.spanId}-1`,
  ])("%s is not", (text) => {
    expect(readTraceparent(text)).toBeUndefined();
  });
});
