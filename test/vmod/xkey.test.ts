import { expect, test } from "vitest";
import { request } from "../../src/host/memory/index.js";
import type { Instance } from "../../src/runtime/instance.js";
import * as header from "../../src/vmod/header/index.js";
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

// As the tokenizer of varnish-modules does it: blanks, tabs and commas are between keys, everything else is a key's.
test.each([
  ["a,,b ,\tc ,", "", "c", "1"],
  ["a", "b  b, a", "b", "2"],
  ["a", "b  b, a", "a b", "4"],
  ["a a", "", "a a", "4"],
  ['"a b"', "", "b", "0"],
  ['"a b"', "", 'b" "a', "2"],
  ["A", "", "a", "0"],
  [`${"x".repeat(5000)},y`, "", "x".repeat(5000), "1"],
  ["", "", " , ,", "0"],
  [",", "", "", "0"],
  ["a", "b", "a%0ab", "0"],
])("keys of odd headers: %j and %j, of which %j purges", async (keys, more, purged, count) => {
  const running = await runVcl(
    { xkey, header },
    `${vcl.replace("xkey.purge(req.http.Keys)", 'xkey.purge(regsub(req.http.Keys, "%0a", {"\n"}))')}
sub vcl_backend_response { if (bereq.http.More) { header.append(beresp.http.xkey, bereq.http.More); } }`,
  );
  const { instance } = running;
  await request(instance, { url: "/", headers: { Keys: keys, ...(more !== "" && { More: more }) } });
  expect((await send(instance, "/", purged, "PURGE")).reason).toBe(count);
});

test("softpurge counts an object once, however often it has the key", async () => {
  const { instance } = await runVcl({ xkey }, vcl);
  await send(instance, "/", "a a");
  expect((await send(instance, "/", "a a", "SOFT")).reason).toBe("1");
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
