import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/cli.js";
import { isInstalled } from "../support/installed.js";
import { startOrigin, startProxy, type Origin, type Proxy } from "../support/proxy.js";

const run = promisify(execFile);
const hasCurl = isInstalled("curl");
const hasChromium = isInstalled("chromium", "--version");
if (!hasCurl) console.warn("SKIPPED: curl is not installed");
if (!hasChromium) console.warn("SKIPPED: chromium is not installed");

/** A shop: a page of pieces, one of which fetches another, one that is synthetic, and a style sheet. */
const site: Readonly<Record<string, string>> = {
  "/": `<!doctype html><html><head><title>Shop</title><link rel="stylesheet" href="/style.css"></head><body>
<esi:include src="/header"/><main>${"<p>goods</p>".repeat(300)}</main><!--esi <esi:include src="/cart"/> -->
<esi:remove>no ESI here</esi:remove><script>document.body.dataset.ready = document.querySelectorAll("p").length</script></body></html>`,
  "/header": `<header>Shop <esi:include src="/user"/></header>`,
  "/user": `<b id="user">Ann &amp; Bob</b>`,
  "/style.css": "header { background: rgb(0, 128, 0); color: white; font-size: 40px } main { columns: 8 }",
};

let origin: Origin;
let proxy: Proxy;

beforeAll(async () => {
  origin = await startOrigin((request, response) => {
    const body = site[request.url ?? ""];
    response.statusCode = body === undefined ? 404 : 200;
    response.setHeader(
      "Content-Type",
      request.url === "/style.css" ? "text/css" : "text/html; charset=utf-8",
    );
    response.end(body);
  });
  proxy = await startProxy();
  await proxy.load(
    "boot",
    `vcl 4.1;
    backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }
    sub vcl_recv { if (req.url == "/cart") { return (synth(200, "cart")); } }
    sub vcl_synth { set resp.body = "<i id='cart'>2 things, level " + req.esi_level + "</i>"; return (deliver); }
    sub vcl_backend_response {
      set beresp.do_gzip = true;
      if (beresp.http.Content-Type ~ "html") { set beresp.do_esi = true; }
    }`,
  );
  await proxy.instance.use("boot");
});

afterAll(async () => {
  await proxy.close();
  await origin.close();
});

describe("a page made of ESI pieces", () => {
  test.runIf(hasCurl)("comes whole to curl, packed and not", async () => {
    const url = `http://127.0.0.1:${proxy.port}/`;
    const plain = (await run("curl", ["-s", url])).stdout;
    const packed = (await run("curl", ["-sS", "--compressed", "-D", "-", url])).stdout;
    expect(plain).toContain(`<header>Shop <b id="user">Ann &amp; Bob</b></header>`);
    expect(plain).toContain("<i id='cart'>2 things, level 1</i>");
    expect(plain).not.toContain("esi:");
    expect(packed).toMatch(/^Content-Encoding: gzip\r$/m);
    expect(packed.endsWith(plain)).toBe(true);
  });

  test.runIf(hasChromium)(
    "is shown by a browser, with the style and the script that it asks for",
    async () => {
      const folder = temporaryFolder();
      const picture = join(folder, "page.png");
      const flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-proxy-server",
        `--user-data-dir=${folder}/profile`,
      ];
      const url = `http://127.0.0.1:${proxy.port}/`;
      const { stdout } = await run("chromium", [...flags, `--screenshot=${picture}`, "--dump-dom", url]);
      expect(stdout).toContain('data-ready="300"');
      expect(stdout).toContain('<b id="user">Ann &amp; Bob</b>');
      expect(existsSync(picture)).toBe(true);
    },
    60_000,
  );
});
