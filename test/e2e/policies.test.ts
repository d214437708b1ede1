import { describe, expect, test } from "vitest";
import { Instance, type VclModule } from "vclc/runtime";
import * as runtime from "../../src/runtime/index.js";
import { loadJavaScript } from "../../src/codegen/load.js";
import { analyzeSource } from "../../src/analyze/analyze-source.js";
import { MemoryHost, request } from "../../src/host/memory/index.js";
import { sourceFromText } from "../../src/source/read-source.js";
import * as std from "../../src/vmod/std/index.js";
import { compiledToLoad, testOptions } from "../support/compile.js";
import { handVcl } from "../support/hand-vcl.js";

function vcl(text: string): VclModule {
  return loadJavaScript(compiledToLoad(text), { runtime, vmods: new Map([["std", std]]) });
}

/** A VCL that stands for a VMOD of its own: it registers one backend in vcl_init. */
function registering(name: string, host: string): VclModule {
  return handVcl(() => ({
    async init(task) {
      task.registry.register(name, await task.control.addBackend(name, { host }));
    },
  }));
}

const policy = `vcl 4.1;
backend dummy none;
sub vcl_recv { if (req.url ~ "^/admin/") { return (pass); } }
sub vcl_backend_response {
  if (beresp.http.Cache-Control) { set beresp.ttl = 5m; }
  if (bereq.url ~ "\\.(js|css|png)$") { set beresp.ttl = 1h; }
  set beresp.http.X-Ttl = beresp.ttl;
}
sub vcl_deliver { unset resp.http.X-Powered-By; }`;

function field(answer: Awaited<ReturnType<typeof request>>, wanted: string): string | undefined {
  return answer.headers.find(([name]) => name === wanted)?.[1];
}

/** One origin, registered as global.api, and a main VCL that sends everything to it by the policy of a label. */
async function world(text: string, recv = "set req.backend_hint = global.api; return (dispatch(policy));") {
  const host = new MemoryHost();
  let fetches = 0;
  host.origin("192.0.2.1:80", ({ url }) => {
    fetches += 1;
    return {
      headers: [
        ["X-Powered-By", "tests"],
        ["Cache-Control", "max-age=1"],
      ],
      body: `api ${url}`,
    };
  });
  const instance = new Instance(host);
  await instance.load("registers", registering("api", "192.0.2.1"));
  await instance.load("policy1", vcl(text));
  await instance.label("policy", "policy1");
  await instance.load("main", vcl(`vcl 4.1; backend dummy none; sub vcl_recv { ${recv} }`));
  await instance.use("main");
  return { instance, fetches: () => fetches };
}

describe("main VCL and policies", () => {
  test("S4-07 S4-08 S4-09 S4-10 S4-26 S4-28: directors that different VMODs register serve any VCL, and outlive the VCLs that registered them", async () => {
    const host = new MemoryHost();
    host.origin("192.0.2.1:80", () => ({ body: "one" }));
    host.origin("192.0.2.2:80", () => ({ body: "two" }));
    const instance = new Instance(host);
    await instance.load("a", registering("one", "192.0.2.1"));
    await instance.load("b", registering("two-2", "192.0.2.2"));
    const consumer = `vcl 4.1; backend dummy none;
sub vcl_recv {
  set req.backend_hint = global.one;
  if (req.url == "/two") { set req.backend_hint = global.two-2; }
  return (pass);
}`;
    await instance.load("consumer", vcl(consumer));
    await instance.use("consumer");
    await instance.discard("a", "b");
    expect((await request(instance, { url: "/" })).body).toBe("one");
    expect((await request(instance, { url: "/two" })).body).toBe("two");
    await instance.shutdown();
  });

  test("S4-03 S4-50 S4-105 S4-106 S4-107 S4-108: a policy without backends of its own decides about passing, time to live and headers", async () => {
    const { instance, fetches } = await world(policy);
    const page = await request(instance, { url: "/page" });
    expect([field(page, "X-Ttl"), field(page, "X-Powered-By")]).toEqual(["300.000", undefined]);
    expect(field(await request(instance, { url: "/a.css" }), "X-Ttl")).toBe("3600.000");
    await request(instance, { url: "/page" });
    expect(fetches()).toBe(2);
    await request(instance, { url: "/admin/x" });
    await request(instance, { url: "/admin/x" });
    expect(fetches()).toBe(4);
    await instance.shutdown();
  });

  test("S4-94: the policy may change everything that main set", async () => {
    const { instance } = await world(
      `vcl 4.1; backend other { .host = "192.0.2.1"; }
sub vcl_recv { set req.url = "/changed"; set req.backend_hint = other; return (pass); }`,
      'set req.backend_hint = global.api; set req.url = "/main"; return (dispatch(policy));',
    );
    expect((await request(instance, { url: "/" })).body).toBe("api /changed");
    await instance.shutdown();
  });

  test("S4-96: std.rollback(req) in the policy restores what the client sent, not what main made of it", async () => {
    const { instance } = await world(
      `vcl 4.1; import std; backend other { .host = "192.0.2.1"; }
sub vcl_recv { std.rollback(req); return (synth(700, req.url + " " + req.http.X-Main)); }`,
      'set req.url = "/main"; set req.http.X-Main = "1"; return (dispatch(policy));',
    );
    expect((await request(instance, { url: "/client" })).reason.trim()).toBe("/client");
    await instance.shutdown();
  });

  test("S4-101 S4-102: main.vcl as it was first printed has no backend, which is an error; a host with markup is a string that never matches", async () => {
    const printed = `vcl 4.1;
sub vcl_recv { if (req.http.host == "api.example.com") { set req.backend_hint = global.api; } }`;
    const { diagnostics } = analyzeSource(sourceFromText("main.vcl", printed), testOptions());
    expect(diagnostics.map(({ message }) => message).join()).toContain("No backends or directors found");
    const { instance } = await world(
      policy,
      'if (req.http.host == "<http://api.example.com>") { return (synth(700)); } return (synth(404));',
    );
    expect((await request(instance, { url: "/", headers: [["Host", "api.example.com"]] })).status).toBe(404);
    await instance.shutdown();
  });
});
