import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import * as fs from "../../src/vmod/fs/index.js";
import { wantedFile } from "../../src/vmod/fs/file-path.js";
import { temporaryFolder } from "../support/cli.js";
import { isInstalled } from "../support/installed.js";
import { rawRequest } from "../support/raw-http.js";
import { addVmod, startProxy, type Answer, type Proxy } from "../support/proxy.js";
import { runVclc } from "../support/vclc-run.js";

addVmod("fs", fs);

const hasCurl = isInstalled("curl", "--version");
if (!hasCurl) console.warn("SKIPPED: large files of fs are fetched where curl is installed");

/** A folder `www` with files, inside one that has a secret beside it. */
function site(): { readonly root: string; readonly outside: string } {
  const outside = temporaryFolder();
  const root = join(outside, "www");
  mkdirSync(join(root, "docs"), { recursive: true });
  mkdirSync(join(root, "empty"));
  mkdirSync(join(root, ".well-known"));
  mkdirSync(join(root, ".git"));
  writeFileSync(join(outside, "secret"), "secret");
  writeFileSync(join(root, "index.html"), "<h1>home</h1>");
  writeFileSync(join(root, "docs/index.html"), "<h1>docs</h1>");
  writeFileSync(join(root, "a b.txt"), "with a blank");
  writeFileSync(join(root, "gr\u00fcn.txt"), "UTF-8");
  writeFileSync(join(root, "x.js"), "let x;");
  writeFileSync(join(root, "x.woff2"), "font");
  writeFileSync(join(root, "noending"), "bytes");
  writeFileSync(join(root, "nothing.css"), "");
  writeFileSync(join(root, ".git/config"), "hidden");
  writeFileSync(join(root, ".well-known/security.txt"), "Contact: us");
  writeFileSync(join(root, "digits"), "0123456789");
  utimesSync(join(root, "digits"), 1_700_000_000, 1_700_000_000);
  symlinkSync(join(outside, "secret"), join(root, "way-out"));
  symlinkSync("..", join(root, "up"));
  symlinkSync("digits", join(root, "inside"));
  symlinkSync("loop", join(root, "loop"));
  execFileSync("mkfifo", [join(root, "pipe")]);
  return { root, outside };
}

async function proxy(root: string, more = "sub vcl_recv { return (pass); }", args = ""): Promise<Proxy> {
  const running = await startProxy();
  onTestFinished(() => running.close());
  await running.load(
    "boot",
    `vcl 4.1; import fs; backend nobody none;
     sub vcl_init { new site = fs.root("${root}"${args}); }
     sub vcl_recv { set req.backend_hint = site.backend(); }
     ${more}`,
  );
  await running.instance.use("boot");
  return running;
}

const status = ({ status: code, body }: Answer): string => `${code} ${body}`;

describe("S3-09 files from disk", () => {
  test("S3-07 type by the ending, length, date, tag; folders by their index, or sent on to it", async () => {
    const { get } = await proxy(site().root);
    const home = await get("/");
    expect(status(home)).toBe("200 <h1>home</h1>");
    expect(home.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "content-length": "13",
      etag: expect.stringMatching(/^"[\da-f]+-d"$/),
      "last-modified": expect.stringMatching(/GMT$/),
    });
    const types = async (...urls: string[]): Promise<unknown[]> =>
      Promise.all(urls.map(async (url) => (await get(url)).headers["content-type"]));
    expect(await types("/x.js", "/x.woff2", "/noending", "/nothing.css")).toEqual([
      "text/javascript; charset=utf-8",
      "font/woff2",
      "application/octet-stream",
      "text/css; charset=utf-8",
    ]);
    expect((await get("/docs?x=1")).headers["location"]).toBe("/docs/?x=1");
    expect((await get("/docs?x=1")).status).toBe(301);
    expect(status(await get("/docs/"))).toBe("200 <h1>docs</h1>");
    expect(status(await get("/a%20b.txt?query"))).toBe("200 with a blank");
    expect(status(await get("/gr%C3%BCn.txt"))).toBe("200 UTF-8");
    expect(status(await get("/nothing.css"))).toBe("200 ");
    expect(status(await get("/docs/../digits"))).toBe("200 0123456789");
    expect(status(await get("/inside"))).toBe("200 0123456789");
    expect(status(await get("/.well-known/security.txt"))).toBe("200 Contact: us");
    for (const url of ["/nowhere", "/empty/", "/digits/", "/digits/x", `/${"x".repeat(300)}`]) {
      expect([url, (await get(url)).status]).toEqual([url, 404]);
    }
  });

  test("HEAD, conditions and a range are answered from the file; other methods are not", async () => {
    const { get } = await proxy(site().root);
    const { headers } = await get("/digits");
    const [tag, date] = [headers["etag"] as string, headers["last-modified"] as string];
    const asked = async (fields: Record<string, string>): Promise<string> =>
      status(await get("/digits", { headers: fields }));
    expect(date).toBe("Tue, 14 Nov 2023 22:13:20 GMT");
    const head = await get("/digits", { method: "HEAD" });
    expect([status(head), head.headers["content-length"]]).toEqual(["200 ", "10"]);
    expect(await asked({ "If-None-Match": `"x", W/${tag}` })).toBe("304 ");
    expect(await asked({ "If-None-Match": "*" })).toBe("304 ");
    expect(await asked({ "If-None-Match": '"x"', "If-Modified-Since": date })).toBe("200 0123456789");
    expect(await asked({ "If-Modified-Since": date })).toBe("304 ");
    expect(await asked({ "If-Modified-Since": "Tue, 14 Nov 2023 22:13:19 GMT" })).toBe("200 0123456789");
    expect(await asked({ "If-Match": '"x"' })).toMatch(/^412 /);
    expect(await asked({ "If-Match": tag })).toBe("200 0123456789");
    expect(await asked({ "If-Unmodified-Since": "Tue, 14 Nov 2023 22:13:19 GMT" })).toMatch(/^412 /);
    const part = await get("/digits", { headers: { Range: "bytes=2-4" } });
    expect([status(part), part.headers["content-range"]]).toEqual(["206 234", "bytes 2-4/10"]);
    expect(await asked({ Range: "bytes=-3" })).toBe("206 789");
    expect(await asked({ Range: "bytes=7-" })).toBe("206 789");
    expect(await asked({ Range: "bytes=2-4", "If-Range": tag })).toBe("206 234");
    expect(await asked({ Range: "bytes=2-4", "If-Range": '"x"' })).toBe("200 0123456789");
    expect(await asked({ Range: "bytes=10-" })).toMatch(/^416 /);
    const posted = await get("/digits", { method: "POST", body: "x" });
    expect([posted.status, posted.headers["allow"]]).toEqual([405, "GET, HEAD"]);
  });

  test("cached ones are hits, ranges and conditions are then the cache's, and it is asked again when it is time", async () => {
    const { root } = site();
    const running = await proxy(
      root,
      "sub vcl_backend_response { set beresp.ttl = 0.5s; set beresp.keep = 1h; }",
    );
    expect(status(await running.get("/digits"))).toBe("200 0123456789");
    expect(status(await running.get("/digits", { headers: { Range: "bytes=0-1" } }))).toBe("206 01");
    expect(running.records.filter((record) => / Hit /.test(record))).toHaveLength(1);
    await pause(600);
    await running.get("/digits");
    await pause(200);
    expect(running.records.some((record) => / BerespStatus 304/.test(record))).toBe(true);
  });

  test("nothing outside the root, nothing hidden, nothing that is no file", async () => {
    const { root } = site();
    const { port } = await proxy(root);
    const ask = async (url: string): Promise<string> => {
      const answer = await rawRequest(port, `GET ${url} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      return `${url} ${answer.slice(9, 12)}${answer.includes("secret") || answer.includes("hidden") ? " LEAK" : ""}`;
    };
    const refused: Record<string, readonly string[]> = {
      400: [
        "/../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "/docs/../../secret",
        "/%2E%2E%2Fsecret",
        "/a%00b",
        "/%zz",
        "/100%",
      ],
      403: ["/pipe"],
      404: [
        "/way-out",
        "/up/secret",
        "/up/",
        "/.git/config",
        "/.git/",
        "/%2egit/config",
        "/docs/../.git/config",
        "/loop",
        "/..%5csecret",
        "/....//secret",
        "/.well-known/",
      ],
    };
    for (const [code, urls] of Object.entries(refused)) {
      for (const url of urls) expect(await ask(url)).toBe(`${url} ${code}`);
    }
    const shown = await proxy(root, undefined, ", hidden = true");
    expect(status(await shown.get("/.git/config"))).toBe("200 hidden");
  });

  test("what a URL asks for, for a hundred thousand of them, is never above the root", () => {
    const words = [
      "..",
      ".",
      "",
      "a",
      "%2e",
      "%2e%2e",
      "%2f",
      "%2F..",
      "%5c",
      "...",
      ";",
      "?..",
      "#/..",
      "%c0%ae",
      "b%00",
    ];
    let seed = 7;
    const next = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
    let folders = 0;
    for (let round = 0; round < 100_000; round++) {
      const url = `/${Array.from({ length: next(7) }, () => words[next(words.length)]).join("/")}`;
      const wanted = wantedFile(url, true);
      if ("status" in wanted) continue;
      folders++;
      expect(wanted.segments.some((name) => ["", ".", ".."].includes(name) || /[/\0]/.test(name))).toBe(
        false,
      );
    }
    expect(folders).toBeGreaterThan(10_000);
  });

  test("a root that is a link may be pointed elsewhere between two requests", async () => {
    const { outside } = site();
    for (const release of ["one", "two"]) {
      mkdirSync(join(outside, release));
      writeFileSync(join(outside, release, "which"), release);
    }
    const current = join(outside, "current");
    symlinkSync("one", current);
    const { get } = await proxy(current);
    expect((await get("/which")).body).toBe("one");
    symlinkSync("two", `${current}.new`);
    renameSync(`${current}.new`, current);
    expect((await get("/which")).body).toBe("two");
  });

  test.skipIf(process.getuid?.() === 0)("what may not be read is 403", async () => {
    const { root } = site();
    chmodSync(join(root, "digits"), 0);
    expect((await (await proxy(root)).get("/digits")).status).toBe(403);
  });

  test("a file that becomes shorter while it is read is a failed fetch, not a short answer", async () => {
    const { root } = site();
    const path = join(root, "shrinking");
    writeFileSync(path, Buffer.alloc(60_000_000, "x"));
    const { port } = await proxy(root);
    const asking = rawRequest(port, "GET /shrinking HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    truncateSync(path, 1_000_000);
    const answer = await asking.catch(() => "broken");
    expect(answer.length).toBeLessThan(60_000_000);
  });

  test.skipIf(!hasCurl)(
    "a gigabyte goes through at flat memory, and open files are closed, where curl is installed",
    { timeout: 120_000 },
    async () => {
      const { root } = site();
      writeFileSync(join(root, "large"), "");
      truncateSync(join(root, "large"), 1 << 30);
      const vcl = `vcl 4.1; import fs; backend nobody none;
      sub vcl_init { new site = fs.root("${root}"); }
      sub vcl_recv { set req.backend_hint = site.backend(); return (pass); }`;
      const { port, child } = await runVclc(vcl, ["-a", "127.0.0.1:0"]);
      const resident = (): number =>
        Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024;
      let most = 0;
      const timer = setInterval(() => (most = Math.max(most, resident())), 50);
      const size = execFileSync(
        "curl",
        ["-s", "-o", "/dev/null", "-w", "%{size_download}", `http://127.0.0.1:${port}/large`],
        {
          encoding: "utf8",
        },
      );
      clearInterval(timer);
      most = Math.max(most, resident());
      expect(Number(size)).toBe(1 << 30);
      expect(most).toBeLessThan(300);
      // Clients that leave in the middle.
      for (let round = 0; round < 10; round++) {
        const args = [
          "-s",
          "-m",
          "0.2",
          "--limit-rate",
          "100k",
          "-o",
          "/dev/null",
          `http://127.0.0.1:${port}/large`,
        ];
        expect(() => execFileSync("curl", args)).toThrow();
      }
      await pause(500);
      const open = execFileSync("ls", ["-l", `/proc/${child.pid}/fd`], { encoding: "utf8" });
      expect(open).not.toContain("large");
    },
  );

  test("what is no folder fails the load, in words", async () => {
    const { root } = site();
    await expect(proxy(join(root, "nowhere"))).rejects.toThrow("nowhere: there is no such folder");
    await expect(proxy(join(root, "digits"))).rejects.toThrow("digits is not a folder");
    await expect(proxy("")).rejects.toThrow("fs.root() without a folder");
    await expect(proxy(root, "", ', index = "a/b"')).rejects.toThrow("index is the name of a file");
  });
});
