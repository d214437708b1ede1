import { request as httpRequest } from "node:http";
import { writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { readFilter } from "../../src/cli/run/observe/dashboard/path-filter.js";
import { Dashboard } from "../../src/cli/run/observe/dashboard/dashboard.js";
import { requestPath } from "../../src/cli/run/observe/dashboard/request-path.js";
import { Watcher } from "../../src/cli/run/observe/dashboard/watcher.js";
import { hasChromium, openPage } from "../support/chromium.js";
import { startOrigin } from "../support/proxy.js";
import { rawRequest } from "../support/raw-http.js";
import { runVclc, type RunningVclc } from "../support/vclc-run.js";
import { vclc } from "../support/cli.js";

if (!hasChromium) console.warn("SKIPPED: the dashboard is looked at in Chromium where that is installed");

interface Shown {
  readonly running: RunningVclc;
  /** Where the dashboard is. */
  readonly port: number;
  readonly get: (url: string) => Promise<string>;
}

async function runWithDashboard(...args: readonly string[]): Promise<Shown> {
  const origin = await startOrigin((request, response) => {
    if (request.url === "/slow") return;
    response.setHeader("Cache-Control", "max-age=60");
    response.end("hello");
  });
  onTestFinished(() => origin.close());
  const vcl = `vcl 4.1; import std; import directors;
    backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }
    backend sick { .host = "127.0.0.1"; .port = "1"; .probe = { .interval = 0.2s; .initial = 0; } }
    sub vcl_recv {
      set req.backend_hint = b; std.log("tenant: <b>blue</b>");
      if (req.url == "/pass") { return (pass); }
      if (req.url == "/synth") { return (synth(418)); }
    }
    sub vcl_deliver { if (req.url == "/never") { set req.backend_hint = sick; } }`;
  const running = await runVclc(vcl, ["-a", "127.0.0.1:0", "--dashboard", "127.0.0.1:0", ...args]);
  const port = Number(/Dashboard on http:\/\/127\.0\.0\.1:(\d+)\//.exec(running.output())?.[1]);
  const get = (url: string): Promise<string> =>
    rawRequest(running.port, `GET ${url} HTTP/1.0\r\nHost: a.example\r\n\r\n`);
  return { running, port, get };
}

/** An answer of the dashboard. */
function ask(
  port: number,
  path: string,
  options: { readonly method?: string; readonly host?: string } = {},
): Promise<{ readonly status: number; readonly headers: Record<string, unknown>; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const headers = options.host === undefined ? {} : { Host: options.host };
    const request = httpRequest(
      { port, host: "127.0.0.1", path, method: options.method ?? "GET", headers },
      (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    request.on("error", reject);
    request.end();
  });
}

interface Told {
  readonly event: string;
  readonly data: ReturnType<typeof JSON.parse>;
}

/** Listens to events; `until` resolves with the first that fits, of those not asked for before. */
function listen(
  port: number,
  filter = "",
): Promise<{ until(fits: (told: Told) => boolean): Promise<Told>; all: Told[] }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { port, host: "127.0.0.1", path: `/events?filter=${encodeURIComponent(filter)}` },
      (response) => {
        const all: Told[] = [];
        let seen = 0;
        let wake = (): void => undefined;
        let text = "";
        response.setEncoding("utf8");
        response.on("error", () => undefined);
        response.on("data", (chunk: string) => {
          text += chunk;
          const events = text.split("\n\n");
          text = events.pop() ?? "";
          for (const event of events) {
            const [, name = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? [];
            all.push({ event: name, data: JSON.parse(data) });
          }
          wake();
        });
        const until = async (fits: (told: Told) => boolean): Promise<Told> => {
          for (;;) {
            while (seen < all.length) {
              const next = all[seen++] as Told;
              if (fits(next)) return next;
            }
            await new Promise<void>((done) => (wake = done));
          }
        };
        resolve({ until, all });
      },
    );
    onTestFinished(() => void request.destroy());
    request.on("error", reject);
    request.end();
  });
}

describe("--dashboard", () => {
  test("tells requests with their way through VCL, and how things stand", async () => {
    const { port, get } = await runWithDashboard();
    const all = await listen(port);
    const some = await listen(port, "RespStatus == 418");
    const wrong = await listen(port, "ReqURL foo");
    await all.until(({ event }) => event === "state");
    for (const url of ["/a", "/a", "/synth", "/caf\xc3\xa9"]) await get(url);
    const isRequest = ({ event }: Told): boolean => event === "request";
    const miss = (await all.until(isRequest)).data.paths;
    expect(miss).toMatchObject([
      {
        handling: "miss",
        host: "a.example",
        url: "/a",
        status: "200",
        steps: [
          { call: "RECV", vcl: "boot", returns: "hash", notes: ["VCL_Log tenant: <b>blue</b>"] },
          { call: "HASH", returns: "lookup" },
          { call: "MISS", returns: "fetch" },
          { call: "DELIVER", returns: "deliver" },
        ],
      },
      {
        handling: "fetch",
        level: 2,
        backend: "boot.b",
        steps: [{ call: "BACKEND_FETCH" }, { call: "BACKEND_RESPONSE", returns: "deliver" }],
      },
    ]);
    expect((await all.until(isRequest)).data.paths).toMatchObject([{ handling: "hit", url: "/a" }]);
    expect((await some.until(isRequest)).data.paths).toMatchObject([{ url: "/synth", status: "418" }]);
    expect((await all.until((told) => isRequest(told) && told.data.paths[0].url === "/café")).event).toBe(
      "request",
    );
    const { data } = await all.until(
      ({ event, data }) => event === "state" && data.counters.client_req === 4,
    );
    expect(data).toMatchObject({
      counters: { cache_hit: 1, cache_miss: 2, s_synth: 1, backend_req: 2 },
      latencies: { hit: { count: 1 }, miss: { count: 2 }, fetch: { count: 2 } },
      vcls: { rows: [{ name: "boot", status: "active", temperature: "warm" }], more: 0 },
    });
    expect(data.backends.rows).toMatchObject([
      { health: "healthy", requests: 2, users: ["boot.b"] },
      { health: "sick", users: ["boot.sick"] },
    ]);
    expect(wrong.all.find(({ event }) => event === "filter")?.data).toMatchObject({
      kind: "wrong",
      message: 'at character 8: here should be an operator, not "foo"',
    });
    expect(wrong.all.some(isRequest)).toBe(false);
    expect(some.all.filter(isRequest)).toHaveLength(1);
    // What takes long is seen before it ends.
    void get("/slow").catch(() => undefined);
    const slow = await all.until((told) => told.event === "state" && told.data.flying.length > 1);
    expect(slow.data.flying).toMatchObject([
      {
        url: "/slow",
        status: "-",
        steps: [{ call: "RECV" }, { call: "HASH" }, { call: "MISS", returns: "fetch" }],
      },
      { handling: "fetch" },
    ]);
  }, 20_000);

  test("gives its page to GET and to names that are meant, and nothing to anybody else", async () => {
    const { port } = await runWithDashboard("--dashboard-host", "watch.example");
    const page = await ask(port, "/");
    expect(page.status).toBe(200);
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(page.headers["content-security-policy"]).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self'/,
    );
    expect(page.headers["access-control-allow-origin"]).toBeUndefined();
    // Everything is in it: nothing is loaded from anywhere.
    expect(page.body).not.toMatch(/(?:src|href)="(?!data:)|@import|url\(/);
    const status = async (path: string, options: Parameters<typeof ask>[2] = {}): Promise<number> =>
      (await ask(port, path, options)).status;
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1.evil.example",
      "localhost.evil.example",
    ]) {
      expect(await status("/", { host }), host).toBe(403);
      expect(await status("/events", { host }), host).toBe(403);
    }
    for (const host of [`127.0.0.1:${port}`, "localhost", "[::1]:8080", "Watch.Example:1"]) {
      expect(await status("/", { host }), host).toBe(200);
    }
    for (const method of ["POST", "HEAD", "PUT", "DELETE", "OPTIONS"]) {
      expect(await status("/", { method }), method).toBe(405);
    }
    expect(await status("/page.js")).toBe(404);
    expect(await status("//")).toBe(404);
    expect(await rawRequest(port, "GET / HTTP/1.0\r\n\r\n")).toContain("403 Forbidden");
    for (const field of [
      "Sec-Fetch-Site: cross-site",
      "Sec-Fetch-Site: same-site",
      "Origin: http://evil.example",
    ]) {
      const foreign = `GET /events HTTP/1.0\r\nHost: localhost\r\n${field}\r\n\r\n`;
      expect(await rawRequest(port, foreign), field).toContain("403 Forbidden");
    }
    expect(readFilter(`${"(".repeat(5000)}RespStatus`).kind).toBe("wrong");
    expect((await vclc(["run", "-f", "x.vcl", "--dashboard", "here"])).stderr).toBe(
      'vclc: --dashboard takes ADDRESS:PORT or :PORT, not "here"\n',
    );
  });

  test.skipIf(!hasChromium)(
    "is a page that shows them in Chromium, in dark and light, and listens to the keyboard",
    async () => {
      const { port, get } = await runWithDashboard();
      const page = await openPage(`http://127.0.0.1:${port}/`);
      await page.until("document.getElementById('status').textContent === 'live'");
      await page.until("document.querySelectorAll('#backends tr').length === 2");
      for (const url of ["/a", "/a", "/synth"]) await get(url);
      await page.until("document.querySelectorAll('#requests > li').length === 3");
      const rows =
        "[...document.querySelectorAll('#requests summary')].map((row) => row.children[1].textContent)";
      expect(await page.evaluate(rows)).toEqual(["synth", "hit", "miss"]);
      await page.press("j");
      await page.press("j");
      await page.press("j");
      await page.press("Enter");
      await page.until("document.querySelector('#requests li:last-child .path')");
      const way = "[...document.querySelectorAll('.path code')].map((call) => call.textContent).join(' ')";
      expect(await page.evaluate(way)).toBe("RECV HASH MISS DELIVER BACKEND_FETCH BACKEND_RESPONSE");
      // What VCL logged is text, not markup.
      expect(await page.evaluate("document.querySelector('.path ul').textContent")).toContain("<b>blue</b>");
      const background = "getComputedStyle(document.body).backgroundColor";
      const colors: string[] = [];
      for (const scheme of ["light", "dark"] as const) {
        await page.colorScheme(scheme);
        colors.push(await page.evaluate<string>(background));
        const kept = process.env["SCREENSHOTS"];
        if (kept !== undefined) writeFileSync(`${kept}/dashboard-${scheme}.png`, await page.screenshot());
      }
      expect(new Set(colors).size).toBe(2);
      await page.press("/");
      expect(await page.evaluate("document.activeElement.id")).toBe("filter");
      for (const key of "418") await page.press(key);
      await page.press("Enter");
      await page.until("document.getElementById('filter-note').textContent.startsWith('Requests with')");
      for (const url of ["/a", "/synth"]) await get(url);
      await page.until("document.querySelectorAll('#requests > li').length === 1");
      expect(await page.evaluate(rows)).toEqual(["synth"]);
      expect(page.complaints).toEqual([]);
    },
    60_000,
  );
});

describe("what watching costs", () => {
  /** A stream of events that takes what it is given, or nothing. */
  function response(): {
    readonly stream: ServerResponse;
    readonly texts: string[];
    waiting: number;
    close: () => void;
  } {
    const texts: string[] = [];
    let closed = (): void => undefined;
    const state = {
      texts,
      waiting: 0,
      close: () => closed(),
      stream: {
        get writableLength() {
          return state.waiting;
        },
        write: (text: string) => texts.push(text) > 0,
        on: (_: string, run: () => void) => void (closed = run),
      } as unknown as ServerResponse,
    };
    return state;
  }

  test("nobody watches: it wants no records; the last one leaves: nothing is kept", () => {
    const dashboard = new Dashboard();
    expect(dashboard.silent).toBe(true);
    dashboard.record(1, "Begin", "req 0 rxreq", "c");
    const first = response();
    dashboard.watch(first.stream, readFilter(""));
    expect(dashboard.silent).toBe(false);
    // It began before anybody watched: what is left of it is nobody's.
    dashboard.record(1, "End", "", "c");
    dashboard.record(2, "Begin", "req 0 rxreq", "c");
    first.close();
    expect(dashboard.silent).toBe(true);
    const second = response();
    dashboard.watch(second.stream, readFilter(""));
    dashboard.record(2, "End", "", "c");
    dashboard.record(3, "Begin", "req 0 rxreq", "c");
    dashboard.record(3, "End", "", "c");
    expect(second.texts.filter((text) => text.startsWith("event: request"))).toHaveLength(1);
    second.close();
  });

  test("who reads slowly misses events, and is told how many", () => {
    const slow = response();
    const watcher = new Watcher(slow.stream);
    slow.waiting = 1024 * 1024;
    for (let i = 0; i < 5; i++) watcher.request(() => ({ i }));
    expect(slow.texts).toEqual([]);
    slow.waiting = 0;
    watcher.tick({});
    expect(slow.texts).toEqual([
      'event: missed\ndata: {"slow":5,"many":0}\n\n',
      "event: state\ndata: {}\n\n",
    ]);
  });

  test("more requests than anybody can look at are counted", () => {
    const { stream, texts } = response();
    const watcher = new Watcher(stream);
    let made = 0;
    for (let i = 0; i < 1000; i++) watcher.request(() => ({ i: made++ }));
    expect(texts.length).toBe(made);
    expect(made).toBeLessThan(100);
    watcher.tick({});
    expect(texts.at(-2)).toBe(`event: missed\ndata: {"slow":0,"many":${1000 - made}}\n\n`);
  });
});

describe("the filter", () => {
  const group = [
    {
      xid: 2,
      parent: 0,
      level: 1,
      type: "req" as const,
      reason: "rxreq",
      records: [
        ["Begin", "req 1 rxreq"],
        ["ReqMethod", "GET"],
        ["ReqURL", "/Shop"],
        ["ReqHeader", "Host: a.example"],
        ["VCL_call", "RECV"],
        ["VCL_Log", "tenant: blue"],
        ["RespStatus", "503"],
      ].map(([tag = "", text = ""]) => ({ xid: 2, tag, text, side: "c" as const })),
    },
  ];
  const wants = (text: string): boolean =>
    readFilter(text).wants(group, () => group.flatMap((one) => requestPath(one) ?? []));

  test.each([
    ["", "all", true],
    ["shop", "words", true],
    ["get a.example/shop 503", "words", true],
    ["blue", "words", true],
    ["shop 200", "words", false],
    ["RespStatus >= 500", "query", true],
    ["not RespStatus", "query", false],
    ['(ReqURL ~ "^/Shop" and {1}Req*:host)', "query", true],
    ["vxid == 2", "query", true],
    ["RespStatus >=", "wrong", false],
    ["Mozilla", "words", false],
  ])("%s: %s", (text, kind, expected) => {
    expect(readFilter(text).kind).toBe(kind);
    expect(wants(text)).toBe(expected);
  });
});
