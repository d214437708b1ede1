import { expect, test } from "vitest";
import { request } from "../../src/host/memory/index.js";
import type { Instance } from "../../src/runtime/instance.js";
import * as xkey from "../../src/vmod/xkey/index.js";
import { loadVcl, runVcl } from "../support/vmod-vcl.js";

const vcl = `
sub vcl_recv {
  if (req.method == "PURGE") { return (synth(200, "" + xkey.purge(req.http.Keys))); }
  if (req.method == "SOFT") { return (synth(200, "" + xkey.softpurge(req.http.Keys))); }
  return (hash);
}
sub vcl_backend_response {
  set beresp.ttl = 60s; set beresp.grace = 60s;
  set beresp.http.xkey = bereq.http.Keys;
}
sub vcl_deliver { set resp.http.hits = obj.hits; set resp.http.ttl = obj.ttl; }`;

const send = (instance: Instance, url: string, keys: string, method = "GET") =>
  request(instance, { url, method, headers: { Keys: keys } });

async function filled() {
  const running = await runVcl({ xkey }, vcl);
  await send(running.instance, "/1", "a b");
  await send(running.instance, "/2", "b,c");
  await send(running.instance, "/3", "c");
  return running;
}

const hits = async (instance: Instance, url: string) => (await send(instance, url, "x")).header("hits");

test("purge takes out every object with one of the keys", async () => {
  const { instance } = await filled();
  expect((await send(instance, "/", "b", "PURGE")).reason).toBe("2");
  expect((await send(instance, "/", "b", "PURGE")).reason).toBe("0");
  expect([await hits(instance, "/1"), await hits(instance, "/2"), await hits(instance, "/3")]).toEqual([
    "0",
    "0",
    "1",
  ]);
});

test("an object with two of the keys counts twice, except for softpurge", async () => {
  const { instance } = await filled();
  expect((await send(instance, "/", "a, b", "SOFT")).reason).toBe("2");
  expect((await send(instance, "/", "b c", "PURGE")).reason).toBe("4");
});

test("softpurge ends the fresh time: served once more, then anew", async () => {
  const { instance, host } = await filled();
  await host.clock.advance(10);
  expect((await send(instance, "/", "a", "SOFT")).reason).toBe("1");
  await host.clock.advance(1);
  const stale = await send(instance, "/1", "x");
  expect([stale.header("hits"), stale.header("ttl")]).toEqual(["1", "-1.000"]);
});

test("the index lasts as long as a VCL uses it, and expired objects leave it", async () => {
  const { instance, host } = await filled();
  await loadVcl(instance, "second", { xkey }, vcl);
  await instance.discard("boot");
  expect((await send(instance, "/", "a", "SOFT")).reason).toBe("1");
  await host.clock.advance(500);
  await send(instance, "/9", "z");
  expect((await send(instance, "/", "c", "PURGE")).reason).toBe("0");
});
