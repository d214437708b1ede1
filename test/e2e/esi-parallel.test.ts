import { expect, test } from "vitest";
import { setTimeout as pause } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { startOrigin, startProxy, type Proxy } from "../support/proxy.js";

const count = 20;
const page = Array.from({ length: count }, (_, at) => `<p>${at}<esi:include src="/${at}"/>`).join("");
const text = Array.from({ length: count }, (_, at) => `<p>${at}[/${at}]`).join("");

/** Milliseconds that the origin waits at most for as many requests as are expected at once. */
const patience = 5000;

/**
 * A page of twenty includes that take 50 ms each, except for one that comes last; how many the origin was asked for at once. It answers none before
 * there are `wanted`: on a busy machine the first could be through before the last is asked for.
 */
async function run(parallel: number, wanted: number, use: (proxy: Proxy) => Promise<void>): Promise<number> {
  let [now, most] = [0, 0];
  let enough = (): void => undefined;
  const there = new Promise<void>((resolve) => (enough = resolve));
  const origin = await startOrigin((request, response) => {
    if (request.url === "/page") return void response.end(page);
    most = Math.max(most, ++now);
    if (now === wanted) enough();
    void Promise.race([there, pause(patience)])
      .then(() => pause(request.url === "/3" ? 150 : 50))
      .then(() => {
        now--;
        response.end(`[${request.url}]`);
      });
  });
  const proxy = await startProxy({ parameters: { esi_parallel: parallel } });
  await proxy.load(
    "boot",
    `vcl 4.1; backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }
    sub vcl_recv { if (req.url != "/page") { return (pass); } }
    sub vcl_backend_response {
      if (bereq.url == "/page") { set beresp.do_esi = true; if (bereq.http.X-Gzip) { set beresp.do_gzip = true; } }
    }`,
  );
  await proxy.instance.use("boot");
  try {
    await use(proxy);
  } finally {
    await proxy.close();
    await origin.close();
  }
  return most;
}

test("esi_parallel asks for includes side by side, up to its number, and delivers them in order", async () => {
  const most = await run(8, 8, async (proxy) => {
    expect((await proxy.get("/page")).body).toBe(text);
  });
  expect(most).toBe(8);
});

test("the same as one gzip member", async () => {
  const most = await run(count, count, async (proxy) => {
    const headers = { "Accept-Encoding": "gzip", "X-Gzip": "1" };
    const { body, headers: fields } = await proxy.get("/page", { headers });
    expect(fields["content-encoding"]).toBe("gzip");
    expect(gunzipSync(Buffer.from(body, "latin1")).toString()).toBe(text);
  });
  expect(most).toBe(count);
});

test("without it one follows the other", async () => {
  const most = await run(0, 1, async (proxy) => {
    expect((await proxy.get("/page")).body).toBe(text);
  });
  expect(most).toBe(1);
});
