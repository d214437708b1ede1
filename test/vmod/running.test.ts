import { expect, test } from "vitest";
import { loadJavaScript } from "../../src/codegen/load.js";
import { MemoryHost, request } from "../../src/host/memory/index.js";
import * as runtime from "../../src/runtime/index.js";
import { Instance } from "../../src/runtime/instance.js";
import * as directors from "../../src/vmod/directors/index.js";
import * as std from "../../src/vmod/std/index.js";
import { compiledToLoad } from "../support/compile.js";

/** An instance that runs this VCL over origins that answer with their names, one for each backend named. */
async function run(names: string, vcl: string): Promise<{ host: MemoryHost; instance: Instance }> {
  const host = new MemoryHost();
  let head = "vcl 4.1; import std; import directors;\n";
  for (const [index, name] of [...names].entries()) {
    head += `backend ${name} { .host = "192.0.2.${index + 1}"; }\n`;
    host.origin(`192.0.2.${index + 1}:80`, () => ({ body: name }));
  }
  const instance = new Instance(host);
  const vmods = new Map<string, object>([
    ["std", std],
    ["directors", directors],
  ]);
  await instance.load("boot", loadJavaScript(compiledToLoad(head + vcl), { runtime, vmods }));
  await instance.use("boot");
  return { host, instance };
}

async function bodies(instance: Instance, ...urls: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const url of urls) found.push((await request(instance, { url })).body);
  return found;
}

test("round_robin takes turns over fetches", async () => {
  const { instance } = await run(
    "abc",
    `
    sub vcl_init { new rr = directors.round_robin(); rr.add_backend(a); rr.add_backend(b); rr.add_backend(c); }
    sub vcl_recv { set req.backend_hint = rr.backend(); return (pass); }`,
  );
  expect(await bodies(instance, "/", "/", "/", "/")).toEqual(["a", "b", "c", "a"]);
});

test("directors may be members of directors", async () => {
  const { instance } = await run(
    "abc",
    `
    sub vcl_init {
      new rr = directors.round_robin(); rr.add_backend(a); rr.add_backend(b);
      new fb = directors.fallback(); fb.add_backend(rr.backend()); fb.add_backend(c);
    }
    sub vcl_recv { set req.backend_hint = fb.backend(); return (pass); }`,
  );
  expect(await bodies(instance, "/", "/", "/")).toEqual(["a", "b", "a"]);
});

test("a shard director that vcl_init filled works without reconfigure, the same URL always goes to the same backend", async () => {
  const { instance } = await run(
    "abc",
    `
    sub vcl_init { new sh = directors.shard(); sh.add_backend(a); sh.add_backend(b); sh.add_backend(c); }
    sub vcl_recv { return (pass); }
    sub vcl_backend_fetch { set bereq.backend = sh.backend(by = URL); }`,
  );
  const urls = Array.from({ length: 12 }, (_, i) => `/${i}`);
  const first = await bodies(instance, ...urls);
  expect(new Set(first).size).toBe(3);
  expect(await bodies(instance, ...urls)).toEqual(first);
});

test("a request that std looks at, waits for and changes", async () => {
  const { host, instance } = await run(
    "a",
    `
    sub vcl_recv {
      set req.url = std.querysort(req.url);
      std.collect(req.http.x);
      set req.http.ip = std.ip(req.http.address, "192.0.2.99");
      set req.http.file = std.fileread("/motd");
      std.log("url " + req.url);
      return (synth(200, req.http.ip + " " + req.http.file + " " + req.http.x));
    }`,
  );
  host.files.set("/motd", "hello");
  host.names.set("example.com", ["192.0.2.7"]);
  const response = await request(instance, {
    url: "/?b&a",
    headers: [
      ["X", "1"],
      ["X", "2"],
      ["Address", "example.com"],
    ],
  });
  expect(response.reason).toBe("192.0.2.7 hello 1, 2");
  expect(host.captured.texts("VCL_Log")).toContain("url /?a&b");
});

test("rollback puts the request back", async () => {
  const { instance } = await run(
    "a",
    `
    sub vcl_recv {
      set req.url = "/changed"; set req.http.x = "changed";
      std.rollback(req);
      return (synth(200, req.url + " " + req.http.x));
    }`,
  );
  const response = await request(instance, { url: "/sent", headers: [["X", "sent"]] });
  expect(response.reason).toBe("/sent sent");
});

test("an action that a timed sub returns is the caller's", async () => {
  const { instance } = await run(
    "a",
    `
    sub teapot { if (req.url == "/tea") { return (synth(418)); } }
    sub vcl_recv { set req.http.t = std.timed_call(teapot); return (synth(200, "took " + req.http.t)); }`,
  );
  expect((await request(instance, { url: "/tea" })).status).toBe(418);
  expect((await request(instance, { url: "/" })).reason).toBe("took 0.000");
});

test("a conversion that fails without a fallback fails the VCL", async () => {
  const { host, instance } = await run(
    "a",
    `sub vcl_recv { return (synth(200, std.integer(req.http.n) + "")); }`,
  );
  expect((await request(instance, { url: "/" })).status).toBe(503);
  expect(host.captured.texts("VCL_Error")).toContain("std.integer: conversion failed");
});

test("adding none in vcl_init refuses the load, with the reason", async () => {
  await expect(
    run(
      "",
      `backend nothing none;
      sub vcl_init { new rr = directors.round_robin(); rr.add_backend(nothing); }
      sub vcl_recv { set req.backend_hint = rr.backend(); }`,
    ),
  ).rejects.toThrow("rr: None backend cannot be added");
});
