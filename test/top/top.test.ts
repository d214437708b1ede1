import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { readCounters } from "../../src/host/node/vsm/counter-reader.js";
import { keyLine, topLines } from "../../src/cli/top/frame.js";
import { Rates } from "../../src/cli/top/rates.js";
import { Traffic } from "../../src/cli/top/traffic.js";
import type { RequestPath } from "../../src/cli/run/observe/dashboard/request-path.js";
import { vclc } from "../support/cli.js";
import { isInstalled } from "../support/installed.js";
import { publishedProxy } from "../support/published.js";

const hasTools = isInstalled("varnishstat");
if (!hasTools) console.warn("SKIPPED: counters are compared with varnishstat's where it is installed");

function path(facts: Partial<RequestPath>): RequestPath {
  return {
    xid: 2,
    level: 1,
    reason: "rxreq",
    handling: "hit",
    method: "GET",
    host: "a.example",
    url: "/",
    status: "200",
    vcl: "boot",
    backend: "",
    start: 0,
    firstByte: 0,
    duration: 0.002,
    steps: [],
    ...facts,
  };
}

describe("what there is most of", () => {
  test("is counted by URL, host, backend and status, with hits, failures and times", () => {
    const traffic = new Traffic(Infinity);
    for (let i = 0; i < 3; i++) traffic.add(path({ url: "/a" }));
    traffic.add(path({ url: "/a", handling: "miss", duration: 0.01 }));
    traffic.add(path({ handling: "fetch", backend: "boot.b", status: "200" }));
    traffic.add(path({ handling: "fetch", backend: "boot.b", status: "503" }));
    traffic.add(path({ handling: "fetch", status: "503" }));
    expect(traffic.top("urls", 9)).toEqual([{ name: "a.example/a", count: 4, part: 0.75, time: 0.004 }]);
    expect(traffic.top("hosts", 9)).toMatchObject([{ name: "a.example", count: 4 }]);
    expect(traffic.top("statuses", 1)).toMatchObject([{ name: "200 hit", count: 3 }]);
    expect(traffic.top("backends", 9)).toMatchObject([
      { name: "boot.b", count: 2, part: 0.5 },
      { name: "no backend", count: 1, part: 1 },
    ]);
  });

  test("is a rate where the past is forgotten, true from the first second on", () => {
    const traffic = new Traffic(30);
    for (let second = 0; second < 120; second++) {
      for (let i = 0; i < 10; i++) traffic.add(path({ url: "/steady" }));
      if (second === 1) expect(traffic.top("urls", 1)[0]?.count).toBeGreaterThan(9);
      if (second < 5) traffic.add(path({ url: "/past" }));
      traffic.tick();
    }
    const [steady] = traffic.top("urls", 9);
    expect(steady?.count).toBeCloseTo(10, 0);
    for (let second = 0; second < 600; second++) traffic.tick();
    expect(traffic.top("urls", 9)).toEqual([]);
  });

  test("any number of names takes limited room, and what is frequent stays", () => {
    const traffic = new Traffic(Infinity);
    for (let i = 0; i < 10; i++) traffic.add(path({ url: "/often" }));
    for (let i = 0; i < 20_000; i++) traffic.add(path({ url: `/${i}` }));
    expect(traffic.top("urls", 100_000).length).toBeLessThan(5001);
    expect(traffic.top("urls", 1)).toMatchObject([{ name: "a.example/often", count: 10 }]);
  });
});

describe("rates", () => {
  test("are what counters grew by; a proxy that began anew is not a fall", () => {
    const rates = new Rates();
    const read = (at: number, uptime: number, hits: number, misses: number): void =>
      rates.add(
        at,
        new Map([
          ["MGT.uptime", uptime],
          ["MAIN.cache_hit", hits],
          ["MAIN.cache_miss", misses],
        ]),
      );
    for (let second = 0; second <= 20; second++)
      read(second, second, second * 30, second < 15 ? 0 : (second - 14) * 10);
    expect(rates.perSecond("MAIN.cache_hit", "MAIN.cache_miss")).toBe(40);
    expect(rates.hitRatios().map(({ ratio }) => ratio?.toFixed(3))).toEqual(["0.750", "0.833", "0.909"]);
    read(21, 0, 5, 0);
    expect(rates.perSecond("MAIN.cache_hit")).toBe(0);
    expect(rates.hitRatios().map(({ ratio }) => ratio)).toEqual([undefined, undefined, undefined]);
    read(23, 2, 25, 0);
    expect(rates.perSecond("MAIN.cache_hit")).toBe(10);
  });
});

test("a frame has the numbers, and no text of a client's speaks to the terminal", () => {
  const rates = new Rates();
  for (const at of [0, 1]) {
    rates.add(
      at,
      new Map([
        ["MAIN.uptime", 3700],
        ["MAIN.client_req", at * 12_345],
        ["MAIN.n_object", 7],
      ]),
    );
  }
  const entries = [{ name: "a/\x1b[31mred\xc3\xa9\xe2\x80\xae", count: 1.25, part: 0.5, time: 0.0012 }];
  const lines = topLines({
    folder: "/run/vclc",
    rates,
    latencies: { hit: { count: 3, p50: 0.0001, p90: 0.02, p99: 12 } },
    lists: [{ name: "urls", entries }],
    perSecond: true,
    notice: "no proxy",
  }).map(({ text }) => text);
  expect(lines).toEqual([
    "/run/vclc   up 1 h 1 min   no proxy",
    "requests 12.3k/s  hits 0/s  misses 0/s  passes 0/s  fetches 0/s  failed 0/s  bytes 0/s",
    "hit ratio 1 s –  10 s –  100 s –   objects 7  sessions 0  backends 0  VCLs 0",
    "",
    "Kind         Count      50 %      90 %      99 %",
    "hit              3   0.10 ms     20 ms    12.0 s",
    "",
    "     Per s      Hits      Time  URL",
    "       1.3      50 %   1.20 ms  a/\\x1b[31mredé\\x202e",
  ]);
  expect(keyLine("hosts", false)).toBe("1 urls  2 [hosts]  3 backends  4 statuses   p pause  q quit");
});

describe("vclc top", () => {
  test("-1 prints counters, latencies and lists of a proxy; the counters are those that varnishstat shows", async () => {
    const proxy = await publishedProxy();
    await proxy.load(
      "boot",
      `vcl 4.1; backend b1 { .host = "127.0.0.1"; .port = "9"; }
       sub vcl_recv { if (req.url == "/p") { return (pass); } return (synth(418)); }`,
    );
    for (const url of ["/a", "/a", "/b", "/p"]) await proxy.get(url);
    const [{ stdout, code }, only] = await Promise.all([
      vclc(["top", "-n", proxy.folder, "-1"]),
      vclc(["top", "-n", proxy.folder, "-1", "-q", "RespStatus == 503"]),
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +2 +0 % +[\d.]+ ms {2}127\.0\.0\.1:\d+\/a$/m);
    expect(stdout).toMatch(/^ +3 +0 % +[\d.]+ ms {2}418 synth$/m);
    expect(stdout).toMatch(/^ +1 +100 % +[\d.]+ ms {2}no backend$/m);
    expect(stdout).toMatch(/^synth +3 +/m);
    expect(only.stdout).toContain("503 pass");
    expect(only.stdout).not.toContain("418");
    const counters = readCounters(proxy.folder);
    expect(counters?.get("MAIN.client_req")).toBe(4);
    expect(counters?.get("VBE.boot.b1.fail")).toBe(1);
    if (!hasTools) return;
    const { counters: theirs } = JSON.parse(
      execFileSync("varnishstat", ["-n", proxy.folder, "-j"], { encoding: "utf8" }),
    ) as { counters: Record<string, { value: number }> };
    const changing = /uptime|shm_|MEMPOOL/;
    expect([...(counters ?? [])].filter(([name]) => !changing.test(name)).sort()).toEqual(
      Object.entries(theirs)
        .filter(([name]) => !changing.test(name))
        .map(([name, { value }]) => [name, value])
        .sort(),
    );
  }, 20_000);

  test("says what is wrong with its options", async () => {
    const [none, query] = await Promise.all([
      vclc(["top", "-n", "/nowhere", "-t", "0"]),
      vclc(["top", "-q", "Foo"]),
    ]);
    expect(none).toMatchObject({
      code: 2,
      stderr: "vclc: -n /nowhere: there is no log: nothing that writes one runs there\n",
    });
    expect(query).toMatchObject({
      code: 2,
      stderr: 'vclc: -q "Foo": at character 1: there is no tag "Foo"\n',
    });
  });
});
