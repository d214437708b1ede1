import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createServer } from "vite";
import { describe, expect, test } from "vitest";
import { load, PolicyFailure } from "../../src/cli/test/index.js";
import plugin, { vcl } from "../../src/cli/test/vite.js";
import { temporaryFolder } from "../support/cli.js";

describe("vclc/testing", () => {
  test("a policy in memory: origins by function, time, calls and log", async () => {
    const policy = await load("examples/testing/shop.vcl", { backends: { pages: { body: "first" } } });
    expect(await policy.request({ url: "/" })).toMatchObject({ status: 200, body: "first" });
    expect(policy.calls).toEqual(new Map([["pages", 1]]));
    expect(policy.log).toEqual(["device: desktop"]);
    policy.origin("pages", (request) => ({ status: 201, body: request.url }));
    expect(await policy.request({ url: "/" })).toMatchObject({ status: 200, body: "first" });
    expect(policy.calls.size).toBe(0);
    await policy.advance(3600);
    expect(await policy.request({ url: "/" })).toMatchObject({ status: 201, body: "/" });
    await policy.end();
  });

  test("labels are loaded first", async () => {
    const folder = temporaryFolder();
    const main = join(folder, "main.vcl");
    writeFileSync(main, "vcl 4.1; backend b none; sub vcl_recv { return (dispatch(other)); }");
    writeFileSync(
      join(folder, "other.vcl"),
      "vcl 4.1; backend b none; sub vcl_recv { return (synth(418)); }",
    );
    const policy = await load(main, { labels: { other: join(folder, "other.vcl") } });
    expect((await policy.request()).status).toBe(418);
    await expect(load(main)).rejects.toThrow(/main\.vcl does not load: [^]*other/);
    await policy.end();
  });

  test("sources of services over the network are not asked: their directors are there, without endpoints", async () => {
    const main = join(temporaryFolder(), "main.vcl");
    writeFileSync(
      main,
      `vcl 4.1; import svc; backend b none;
       sub vcl_init { new mesh = svc.consul("cart"); }
       sub vcl_recv { set req.backend_hint = global.cart; return (pass); }
       sub vcl_backend_fetch { set bereq.http.X-Where = bereq.backend; }
       sub vcl_backend_error { set beresp.http.X-Where = bereq.http.X-Where; return (deliver); }`,
    );
    const policy = await load(main);
    const response = await policy.request();
    expect([response.status, response.header("x-where")]).toEqual([503, "cart"]);
    await policy.end();
  });

  test("what does not compile is a PolicyFailure with the compiler's report", async () => {
    const path = join(temporaryFolder(), "bad.vcl");
    writeFileSync(path, "vcl 4.1; backend b none; sub vcl_recv { set req.nosuch = 1; }");
    const failure = await load(path).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PolicyFailure);
    expect((failure as PolicyFailure).report).toContain("req.nosuch");
  });
});

describe("vclc/vite", () => {
  test("an imported VCL is its path, and what it includes is watched", async () => {
    const root = temporaryFolder();
    mkdirSync(join(root, "parts"));
    writeFileSync(join(root, "main.vcl"), 'vcl 4.1; backend b none; include "./parts/part.vcl";');
    writeFileSync(join(root, "parts/part.vcl"), "sub vcl_recv { return (pass); }");
    writeFileSync(join(root, "entry.js"), 'export { default } from "./main.vcl";');
    const server = await createServer({
      ...{ root, configFile: false, logLevel: "silent", plugins: [vcl()] },
      server: { middlewareMode: true, ws: false },
      optimizeDeps: { noDiscovery: true },
    });
    const { default: policy } = await server.ssrLoadModule("/entry.js");
    expect(policy).toEqual({ path: join(root, "main.vcl") });
    await server.close();
    expect(plugin).toBe(vcl);
    const watched: string[] = [];
    vcl().load.call({ addWatchFile: (path) => void watched.push(path) }, join(root, "main.vcl"));
    expect(watched.map((path) => resolve(path))).toEqual([join(root, "parts/part.vcl")]);
  });
});
