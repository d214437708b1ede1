import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../support/cli.js";
import { isInstalled } from "../support/installed.js";
import { publishedProxy, tool, type PublishedProxy } from "../support/published.js";

const vcl = `vcl 4.1;
import std;
backend default none;
sub vcl_recv { std.log("url:" + req.url); return (synth(200, "Fine")); }`;

async function proxyWithTraffic(count = 3): Promise<PublishedProxy> {
  const proxy = await publishedProxy();
  await proxy.load("boot", vcl);
  for (let i = 0; i < count; i++) await proxy.get(`/${i}`, { headers: { "User-Agent": "test" } });
  await wait(150);
  return proxy;
}

/** A reader that goes on until the test is over. It writes into a file: one that waits for this process would read what is overwritten. */
function follow(name: string, ...args: readonly string[]): { readonly lines: () => string[] } {
  const path = join(temporaryFolder(), "output");
  const file = openSync(path, "w");
  const child = spawn(name, args, { stdio: ["ignore", file, file] });
  closeSync(file);
  onTestFinished(() => void child.kill("SIGKILL"));
  return { lines: () => readFileSync(path, "latin1").split("\n") };
}

async function until(condition: () => boolean, seconds = 8): Promise<void> {
  for (let left = seconds * 20; !condition(); left--) {
    if (left === 0) throw new Error("it did not happen");
    await wait(50);
  }
}

// Where Varnish's tools are not installed, there is nobody to read what is written.
describe.skipIf(!isInstalled("varnishlog"))("Varnish's tools, unmodified", () => {
  test("varnishlog shows transactions raw, by request and by session, and finds them with queries", async () => {
    const { folder } = await proxyWithTraffic();
    const by = (grouping: string, ...more: string[]): Promise<string[]> =>
      tool("varnishlog", "-n", folder, "-d", "-g", grouping, ...more);
    expect((await by("session")).filter((line) => line.includes("<< Request"))).toHaveLength(3);
    expect((await by("request")).filter((line) => line.startsWith("*   << Request"))).toHaveLength(3);
    expect(await by("raw", "-i", "ReqURL")).toHaveLength(3);
    const found = await by("request", "-q", 'ReqURL eq "/1" and RespStatus == 200', "-i", "VCL_Log");
    expect(found).toEqual([
      expect.stringContaining("<< Request"),
      expect.stringMatching(/VCL_Log +url:\/1$/),
    ]);
  });

  test("varnishncsa writes an access log, also with fields of its own", async () => {
    const { folder } = await proxyWithTraffic();
    const lines = await tool("varnishncsa", "-n", folder, "-d", "-F", "%h %m %U %H %s %{User-agent}i");
    expect(lines).toEqual([0, 1, 2].map((at) => `127.0.0.1 GET /${at} HTTP/1.1 200 test`));
    const fields = "%{Varnish:handling}x %{VCL_Log:url}x %{VSL:ReqURL}x";
    expect(await tool("varnishncsa", "-n", folder, "-d", "-F", fields)).toContain("synth /2 /2");
  });

  test("varnishstat shows every counter with its value now, and backends as they come and go", async () => {
    const proxy = await proxyWithTraffic();
    const counters = async (): Promise<Map<string, number>> => {
      const lines = await tool("varnishstat", "-n", proxy.folder, "-1");
      return new Map(
        lines.map((line) => line.split(/ +/)).map(([name = "", value]) => [name, Number(value)]),
      );
    };
    const before = await counters();
    expect(before.get("MAIN.client_req")).toBe(3);
    expect(before.get("MAIN.s_synth")).toBe(3);
    expect(before.get("MAIN.n_vcl")).toBe(1);
    expect(before.get("MGT.child_start")).toBe(1);
    expect([...before.keys()].filter((name) => name.startsWith("VBE."))).toEqual([]);
    await proxy.load("other", 'vcl 4.1; backend b1 { .host = "127.0.0.1"; .port = "9"; }');
    await proxy.get("/");
    await wait(200);
    const after = await counters();
    expect(after.get("VBE.other.b1.fail")).toBe(1);
    expect(after.get("VBE.b1(127.0.0.1:9).fail")).toBe(1);
    await proxy.load("last", "vcl 4.1; backend default none;");
    await proxy.instance.discard("other");
    await wait(200);
    expect((await counters()).has("VBE.other.b1.fail")).toBe(false);
    const json = JSON.parse((await tool("varnishstat", "-n", proxy.folder, "-j")).join("\n")) as {
      counters: Record<string, { value: number }>;
    };
    expect(json.counters["MAIN.client_req"]?.value).toBe(4);
  });

  test("varnishtop counts records", async () => {
    const { folder } = await proxyWithTraffic();
    const lines = await tool("varnishtop", "-n", folder, "-1", "-d", "-i", "ReqMethod");
    expect(lines[0]).toMatch(/^ +3\.00 ReqMethod GET$/);
  });

  test("a reader that is slow loses records, says so, and goes on; the ring goes round", async () => {
    const proxy = await publishedProxy({ space: 1024 * 1024 });
    const reader = follow("varnishlog", "-n", proxy.folder, "-g", "raw", "-i", "VCL_Log");
    await until(() => existsSync(join(proxy.folder, "_.vsm_child")));
    await wait(500);
    const { log } = proxy.publication;
    for (let i = 1; i <= 20_000; i++) {
      log.record(i, "Begin", "req 0 rxreq", "c");
      log.record(i, "VCL_Log", `${i} ${"x".repeat(200)}`, "c");
      log.record(i, "End", "", "c");
    }
    log.flush();
    await wait(300);
    log.record(30_000, "Begin", "req 0 rxreq", "c");
    log.record(30_000, "VCL_Log", "after", "c");
    log.record(30_000, "End", "", "c");
    await until(() => reader.lines().some((line) => line.includes("after")));
  }, 20_000);

  test("readers go on with the next process at the same place", async () => {
    const folder = temporaryFolder();
    const first = await publishedProxy({ folder });
    await first.load("boot", vcl);
    const reader = follow("varnishlog", "-n", folder, "-g", "request", "-i", "ReqURL");
    await wait(500);
    await first.get("/first");
    await until(() => reader.lines().some((line) => line.includes("/first")));
    await first.close();
    expect(readdirSync(folder)).toEqual([]);
    const second = await publishedProxy({ folder });
    await second.load("boot", vcl);
    await until(() => reader.lines().some((line) => line.includes("reacquired")));
    await second.get("/second");
    await until(() => reader.lines().some((line) => line.includes("/second")));
  }, 20_000);

  test("auto: records are written while somebody reads them", async () => {
    const proxy = await publishedProxy({ mode: "auto" });
    await proxy.load("boot", vcl);
    await proxy.get("/unread");
    expect(proxy.publication.log.counters.shm_records).toBe(0);
    const reader = follow("varnishlog", "-n", proxy.folder, "-g", "request", "-i", "ReqURL");
    await until(() => !proxy.publication.log.silent);
    await proxy.get("/read");
    await until(() => reader.lines().some((line) => line.includes("/read")));
    expect(reader.lines().join("\n")).not.toContain("/unread");
  }, 20_000);
});
