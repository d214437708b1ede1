import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { DirectorRegistry } from "../../src/runtime/vcl/registry.js";
import { startOrigin, startProxy, type Origin, type Proxy } from "../support/proxy.js";

const folder = mkdtempSync(join(tmpdir(), "vclc-e2e-"));
const endpoints = join(folder, "endpoints.yaml");
let api: Origin;
let web: Origin;
let proxy: Proxy;

/** What the labelled VCLs show of the request as they got it. */
const show = `
  set req.http.X-Xff = req.http.X-Forwarded-For;
  return (synth(700));
}
sub vcl_synth {
  set resp.http.X-Main = req.http.X-Main;
  set resp.http.X-Gone = req.http.X-Gone;
  set resp.http.X-Url = req.url;
  set resp.http.X-Method = req.method;
  set resp.http.X-Hint = req.backend_hint;
  set resp.http.X-Ttl = req.ttl;
  set resp.http.X-Grace = req.grace;
  set resp.http.X-Flags = req.hash_always_miss + " " + req.hash_ignore_busy + " " + req.hash_ignore_vary;
  set resp.http.X-Identity = client.identity;
  set resp.http.X-Xff = req.http.X-Xff;
  set resp.http.X-Proto = req.proto;
  set resp.http.X-Storage = req.storage;
  set resp.status = 200;
  return (deliver);
}`;

const changes = `
  set req.http.X-Main = "seen";
  unset req.http.X-Gone;
  set req.url = "/changed";
  set req.method = "PURGE";
  set req.backend_hint = global.api;
  set req.ttl = 17s;
  set req.grace = 18s;
  set req.hash_always_miss = true;
  set req.hash_ignore_busy = true;
  set req.hash_ignore_vary = true;
  set req.storage = storage.s0;
  set client.identity = "somebody";`;

function main(body: string): string {
  return `vcl 4.1; import svc; import std; backend dummy none;
sub vcl_init { new cluster = svc.endpoint_watcher(file = "${endpoints}"); }
sub vcl_recv { ${body} }`;
}

beforeAll(async () => {
  api = await startOrigin((request, response) => void response.end(`api ${request.url}`));
  web = await startOrigin((request, response) => void response.end(`web ${request.url}`));
  writeFileSync(
    endpoints,
    `services: {api: {endpoints: ["127.0.0.1:${api.port}"]}, web: {endpoints: ["127.0.0.1:${web.port}"]}}`,
  );
  proxy = await startProxy();
  await proxy.load("show", `vcl 4.1; backend dummy none; sub vcl_recv { ${show}`);
  await proxy.load(
    "pure",
    `vcl 4.1; backend dummy none; sub vcl_recv { if (req.url ~ "^/admin/") { return (pass); } }`,
  );
  await proxy.instance.label("shown", "show");
  await proxy.instance.label("policy", "pure");
});

let round = 0;

/** Loads a main VCL and makes it active. */
async function use(body: string): Promise<void> {
  const name = `main${++round}`;
  await proxy.load(name, main(body));
  await proxy.instance.use(name);
}

beforeEach(() => {
  proxy.records.length = 0;
});

afterAll(async () => {
  await proxy.close();
  await api.close();
  await web.close();
  rmSync(folder, { recursive: true });
});

describe("return (dispatch(label))", () => {
  test("S4-78 S4-79 S4-80 S4-81 S4-92 S4-93: the hint, headers and every request setting arrive in the labelled VCL", async () => {
    await use(`${changes} return (dispatch(shown));`);
    const { headers } = await proxy.get("/original", { headers: { "X-Gone": "1" } });
    expect(headers).toMatchObject({
      "x-main": "seen",
      "x-url": "/changed",
      "x-method": "PURGE",
      "x-hint": "api",
      "x-ttl": "17.000",
      "x-grace": "18.000",
      "x-flags": "true true true",
      "x-identity": "somebody",
      "x-storage": "storage.s0",
    });
    expect(headers["x-gone"]).toBe("");
  });

  test("S4-73 S4-74 S4-77 S4-82: return (vcl(label)) rolls the request back, and the hint is lost", async () => {
    await use(`${changes} return (vcl(shown));`);
    const { headers } = await proxy.get("/original", { headers: { "X-Gone": "1" } });
    expect(headers).toMatchObject({
      "x-main": "",
      "x-gone": "1",
      "x-url": "/original",
      "x-method": "GET",
      "x-hint": "",
      "x-flags": "false false false",
    });
  });

  test("S4-86 S4-87: X-Forwarded-For has the client once, after dispatch and after vcl()", async () => {
    for (const action of ["dispatch", "vcl"]) {
      await use(`return (${action}(shown));`);
      expect((await proxy.get("/")).headers["x-xff"]).toBe("127.0.0.1");
      expect((await proxy.get("/", { headers: { "X-Forwarded-For": "9.9.9.9" } })).headers["x-xff"]).toBe(
        "9.9.9.9, 127.0.0.1",
      );
    }
  });

  test("S4-83: dispatch after a restart fails with 503", async () => {
    for (const action of ["dispatch", "vcl"]) {
      await use(`if (req.restarts == 0) { return (restart); } return (${action}(shown));`);
      expect((await proxy.get("/")).status).toBe(503);
      expect(proxy.records.join("\n")).toContain(`VCL_Error Illegal return(${action}): Not after restarts`);
    }
  });

  test("S4-84: dispatch from a VCL that was dispatched to fails with 503", async () => {
    await proxy.load(
      `second${round}`,
      "vcl 4.1; backend dummy none; sub vcl_recv { return (dispatch(shown)); }",
    );
    await proxy.instance.label(`second_label${round}`, `second${round}`);
    await use(`return (dispatch(second_label${round}));`);
    expect((await proxy.get("/")).status).toBe(503);
    expect(proxy.records.join("\n")).toContain("VCL_Error Illegal return(dispatch): Only from active VCL");
  });

  test("S4-91: a VCL_use record tells of the switch", async () => {
    await use("return (dispatch(shown));");
    await proxy.get("/");
    expect(proxy.records.join("\n")).toContain("VCL_use show via shown");
  });

  test("S4-95: a restart in the labelled VCL stays there, and its vcl_deliver is the one that runs", async () => {
    await proxy.load(
      "restarting",
      `vcl 4.1; backend dummy none;
      sub vcl_recv { if (req.restarts == 0) { set req.http.X-Again = "1"; return (restart); } return (pass); }
      sub vcl_deliver { set resp.http.X-By = "restarting"; set resp.http.X-Again = req.http.X-Again; }`,
    );
    await proxy.instance.label("again", "restarting");
    await use("set req.backend_hint = global.web; return (dispatch(again));");
    const { headers, body } = await proxy.get("/r");
    expect(body).toBe("web /r");
    expect(headers).toMatchObject({ "x-by": "restarting", "x-again": "1" });
  });

  test("S4-99: the built-in vcl_recv of the first VCL does not run, that of the target does", async () => {
    await use("set req.backend_hint = global.api; return (dispatch(policy));");
    expect((await proxy.get("/", { method: "BREW" })).status).toBe(501);
  });

  test("S4-104 S4-110: a label that is pointed at another VCL takes the next request there, without main being loaded again", async () => {
    await proxy.load("other", "vcl 4.1; backend dummy none; sub vcl_recv { return (synth(299)); }");
    await proxy.load("another", "vcl 4.1; backend dummy none; sub vcl_recv { return (synth(298)); }");
    await proxy.instance.label("moving", "other");
    await use("return (dispatch(moving));");
    expect((await proxy.get("/")).status).toBe(299);
    await proxy.instance.label("moving", "another");
    await proxy.instance.discard("other");
    expect((await proxy.get("/")).status).toBe(298);
  });
});

describe("global directors under traffic", () => {
  const routing = `
    if (req.http.host == "api.example.com") { set req.backend_hint = global.api; return (dispatch(policy)); }
    if (req.http.host == "www.example.com") { set req.backend_hint = global.web; return (dispatch(policy)); }
    return (synth(404));`;

  test("S4-64 S4-71 S4-100 S4-103 S4-109: hosts reach their services through the policy, an unknown host gets 404", async () => {
    await use(routing);
    expect((await proxy.get("/a", { headers: { Host: "api.example.com" } })).body).toBe("api /a");
    expect((await proxy.get("/w", { headers: { Host: "www.example.com" } })).body).toBe("web /w");
    expect((await proxy.get("/n", { headers: { Host: "nobody.example.com" } })).status).toBe(404);
  });

  test("S4-22 S4-24 S4-25: requests run without anybody opening the registry, also while a job waits; what a job left behind throws", async () => {
    await use(routing);
    const kept = await proxy.instance.control.run((registry) => registry);
    let leave: () => void = () => undefined;
    const waiting = proxy.instance.control.run(() => new Promise<void>((resolve) => (leave = resolve)));
    await new Promise((resolve) => setTimeout(resolve, 1));
    const opened = vi.spyOn(DirectorRegistry.prototype, "open");
    try {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => proxy.get(`/t${i}`, { headers: { Host: "api.example.com" } })),
      );
      expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 20 }, (_, i) => `api /t${i}`));
      expect(opened).not.toHaveBeenCalled();
      expect(() => kept.names()).toThrow("called outside the control queue");
    } finally {
      opened.mockRestore();
      leave();
      await waiting;
    }
  });

  test("S4-66 S4-67: the directors follow the file without a VCL being loaded, also when the VCL that watches is gone", async () => {
    await use(routing);
    const third = await startOrigin((_, response) => void response.end("third"));
    const good = `services: {api: {endpoints: ["127.0.0.1:${third.port}"]}, web: {endpoints: ["127.0.0.1:${web.port}"]}}`;
    writeFileSync(endpoints, "services: [");
    await until(() => proxy.records.some((record) => record.includes("the last good state serves on")));
    expect((await proxy.get("/s1", { headers: { Host: "api.example.com" } })).body).toBe("api /s1");
    writeFileSync(endpoints, good);
    await until(
      async () =>
        (await proxy.get(`/s${Math.random()}`, { headers: { Host: "api.example.com" } })).body === "third",
    );
    await third.close();
    writeFileSync(endpoints, good.replace(String(third.port), String(api.port)));
    await until(async () =>
      (await proxy.get(`/s${Math.random()}`, { headers: { Host: "api.example.com" } })).body.startsWith(
        "api",
      ),
    );
  });

  test("S4-43: a VCL that names a missing director does not load, and the one before stays active", async () => {
    await use(routing);
    await expect(use("set req.backend_hint = global.nobody;")).rejects.toThrow(
      "No global director named nobody",
    );
    expect((await proxy.get("/still", { headers: { Host: "api.example.com" } })).body).toBe("api /still");
  });

  test("S4-53: a policy-only VCL without a hint gives 503", async () => {
    await use("return (dispatch(policy));");
    expect((await proxy.get("/no-hint")).status).toBe(503);
  });
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it did not happen within 5 s");
}
