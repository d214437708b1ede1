import { expect, test } from "vitest";
import { request, settled, type MemoryHost } from "../../src/host/memory/index.js";
import type { Instance } from "../../src/runtime/instance.js";
import * as purge from "../../src/vmod/purge/index.js";
import { runVcl } from "../support/vmod-vcl.js";

/** Objects with a ttl of 60 s, a grace of 60 s and a keep of 60 s; PURGE runs `call`, and answers with what it returns. */
function running(call: string): Promise<{ host: MemoryHost; instance: Instance }> {
  return runVcl(
    { purge },
    `
    sub vcl_recv { return (hash); }
    sub purge_now { if (req.method == "PURGE") { return (synth(200, "" + ${call})); } }
    sub vcl_hit { call purge_now; }
    sub vcl_miss { call purge_now; }
    sub vcl_backend_response {
      set beresp.ttl = 60s; set beresp.grace = 60s; set beresp.keep = 60s; set beresp.http.Vary = "X";
      return (deliver);
    }
    sub vcl_deliver { set resp.http.hits = obj.hits; set resp.http.ttl = obj.ttl; set resp.http.grace = obj.grace; set resp.http.keep = obj.keep; }`,
  );
}

async function get(instance: Instance, x = "1"): Promise<Record<string, string>> {
  const { headers } = await request(instance, { url: "/", headers: [["X", x]] });
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}

const purged = async (instance: Instance, x = "1") =>
  (await request(instance, { url: "/", method: "PURGE", headers: [["X", x]] })).reason;

test("hard takes every variant out, on a hit, and says how many", async () => {
  const { instance } = await running("purge.hard()");
  await get(instance, "1");
  await get(instance, "2");
  expect((await get(instance))["hits"]).toBe("1");
  expect(await purged(instance, "1")).toBe("2");
  expect((await get(instance, "1"))["hits"]).toBe("0");
  expect((await get(instance, "2"))["hits"]).toBe("0");
});

test("hard on a miss takes the other variants out; nothing there is 0", async () => {
  const { instance } = await running("purge.hard()");
  expect(await purged(instance)).toBe("0");
  await get(instance, "1");
  expect(await purged(instance, "2")).toBe("1");
  expect((await get(instance, "1"))["hits"]).toBe("0");
});

test("soft ends the time an object is fresh; within grace it is served once more and fetched anew", async () => {
  const { host, instance } = await running("purge.soft()");
  await get(instance);
  await host.clock.advance(10);
  expect(await purged(instance)).toBe("1");
  await host.clock.advance(1);
  expect(await get(instance)).toMatchObject({ hits: "2", ttl: "-1.000", grace: "60.000", keep: "60.000" });
  await settled();
  expect(await get(instance)).toMatchObject({ hits: "1", ttl: "60.000" });
});

test("soft with times: none gets longer, a negative one stays", async () => {
  const { host, instance } = await running("purge.soft(20s, 10s, -1s)");
  await get(instance);
  await host.clock.advance(10);
  await purged(instance);
  expect(await get(instance)).toMatchObject({ ttl: "20.000", grace: "10.000", keep: "60.000" });
  await host.clock.advance(15);
  await purged(instance);
  expect(await get(instance)).toMatchObject({ ttl: "5.000" });
});

test("soft with 0 for all times is hard", async () => {
  const { instance } = await running("purge.soft(0s, 0s, 0s)");
  await get(instance);
  expect(await purged(instance)).toBe("1");
  expect(await get(instance)).toMatchObject({ hits: "0" });
});
