import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { FailureLog } from "../../src/cli/run/observe/failures.js";
import { temporaryFolder, vclc } from "../support/cli.js";
import { isInstalled } from "../support/installed.js";
import { startOrigin } from "../support/proxy.js";
import { rawRequest } from "../support/raw-http.js";
import { runVclc, type RunningVclc } from "../support/vclc-run.js";

const hasTools = isInstalled("varnishncsa", "-V");
if (!hasTools) console.warn("SKIPPED: access logs are compared with varnishncsa's where it is installed");

async function run(args: readonly string[]): Promise<RunningVclc> {
  const origin = await startOrigin((request, response) => {
    response.setHeader("Cache-Control", request.url === "/pass" ? "no-store" : "max-age=60");
    response.end(request.url === "/empty" ? "" : "hello");
  });
  onTestFinished(() => origin.close());
  const vcl = `vcl 4.1; import std;
    backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }
    sub vcl_recv {
      std.log("tenant: blue"); std.log("just a word");
      set req.http.User-Agent = "changed"; set req.url = regsub(req.url, "/again", "/miss");
      if (req.url == "/restart" && req.restarts == 0) { return (restart); }
      if (req.url == "/synth") { return (synth(418)); }
      if (req.url == "/pass") { return (pass); }
    }`;
  return runVclc(vcl, ["-a", "127.0.0.1:0", ...args]);
}

const requests = [
  "GET /miss HTTP/1.1\r\nHost: a.example\r\nUser-Agent: first\r\nReferer: http://r/\r\n",
  'GET /again?x=\xe9"\\ HTTP/1.1\r\nHost: a.example\r\nUser-Agent: two "quotes"\r\n',
  "GET /miss HTTP/1.1\r\nHost: a.example\r\nAuthorization: Basic am9lOnNlY3JldA==\r\n",
  "GET /synth HTTP/1.1\r\nHost: a.example\r\n",
  "GET /pass HTTP/1.1\r\nHost: a.example\r\nReferer: -\t-\r\n",
  "HEAD /miss HTTP/1.1\r\nHost: a.example\r\n",
  "GET /empty HTTP/1.0\r\n",
  "GET /restart HTTP/1.1\r\nHost: a.example\r\n",
  "GET /bad HTTP/1.1\r\nHost: a b\r\n",
];

async function ask(port: number): Promise<void> {
  for (const request of requests) await rawRequest(port, `${request}Connection: close\r\n\r\n`);
  await pause(400);
}

describe("--access-log", () => {
  test.skipIf(!hasTools)(
    "has the lines that varnishncsa writes, where varnishncsa is installed",
    async () => {
      const folder = temporaryFolder();
      const file = join(folder, "access.log");
      const { port } = await run(["--access-log", file, "-n", join(folder, "work"), "--vsl", "on"]);
      await ask(port);
      const theirs = execFileSync("varnishncsa", ["-n", join(folder, "work"), "-d"], { encoding: "latin1" });
      expect(theirs.split("\n").length).toBeGreaterThan(8);
      expect(readFileSync(file, "latin1").split("\n")).toEqual(theirs.split("\n"));
    },
  );

  test("as JSON: how it was handled, how long it took, what VCL logged", async () => {
    const running = await run(["--access-log", "-", "--access-log-format", "json"]);
    await ask(running.port);
    const lines = running
      .output()
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(
      lines.map(({ handling, status, url }) => `${String(handling)} ${String(status)} ${String(url)}`),
    ).toEqual([
      "miss 200 /miss",
      'miss 400 /again?x=\xe9"\\',
      "pass 200 /miss",
      "synth 418 /synth",
      "pass 200 /pass",
      "hit 200 /miss",
      "miss 200 /empty",
      "miss 200 /restart",
      "miss 200 /bad",
    ]);
    expect(lines[0]).toMatchObject({
      client: "127.0.0.1",
      method: "GET",
      host: "a.example",
      bytes: 5,
      referer: "http://r/",
      user_agent: "changed",
      vcl: "boot",
      log: { tenant: "blue", "": ["just a word"] },
      duration: expect.any(Number),
    });
    expect(lines[2]).toMatchObject({ user: "joe" });
    expect(new Date(String(lines[0]?.["time"])).getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  test("SIGUSR1 begins a new file; SIGTERM leaves none unwritten", async () => {
    const file = join(temporaryFolder(), "access.log");
    const running = await run(["--access-log", file]);
    await rawRequest(running.port, "GET /one HTTP/1.0\r\n\r\n");
    await pause(300);
    renameSync(file, `${file}.1`);
    running.child.kill("SIGUSR1");
    await pause(300);
    await rawRequest(running.port, "GET /two HTTP/1.0\r\n\r\n");
    running.child.kill("SIGTERM");
    await running.exit;
    expect(readFileSync(`${file}.1`, "latin1")).toMatch(/^[^\n]*\/one [^\n]*\n$/);
    expect(readFileSync(file, "latin1")).toMatch(/^[^\n]*\/two [^\n]*\n$/);
  });

  test("a file that cannot be written is told of, and requests go on", async () => {
    const running = await run(["--access-log", "/nowhere/access.log"]);
    const answer = await rawRequest(running.port, "GET /one HTTP/1.0\r\n\r\n");
    expect(answer).toContain("200");
    await pause(300);
    expect(running.output()).toMatch(/error access log \/nowhere\/access\.log: no such file or directory\n/);
  });
});

describe("failures on standard error", () => {
  test("fetches, VCL and VMODs tell what went wrong, with time and level; hits tell nothing", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "bad.vcc"), '$Module bad 3 "Bad"\n$Function STRING text()\n');
    writeFileSync(join(folder, "bad.js"), 'export function text() { throw new Error("it broke"); }\n');
    const vcl = `vcl 4.1; import bad; backend b { .host = "127.0.0.1"; .port = "1"; }
      sub vcl_recv { if (req.url == "/vmod") { set req.http.X = bad.text(); } if (req.url == "/synth") { return (synth(200)); } }`;
    const running = await runVclc(vcl, ["-a", "127.0.0.1:0", "--vmod-path", folder]);
    for (const url of ["/synth", "/fetch", "/vmod"])
      await rawRequest(running.port, `GET ${url} HTTP/1.0\r\n\r\n`);
    await pause(200);
    const lines = running.output().split("\n").slice(1, -1);
    const time = String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z `;
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`${time}warn {2}FetchError \\d+: backend b: fail errno 111`)),
      expect.stringMatching(new RegExp(`${time}error VCL_Error \\d+: .*it broke`)),
      expect.stringMatching(/^ {4}at text \(.*\/bad\.js:1:32\)$/),
      expect.stringMatching(/^ {4}at vcl_recv \(.*\/main\.vcl:2:\d+\)$/),
    ]);
  });

  test("what was thrown has the lines of VCL that it came from, through called subs, includes and waits", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "bad.vcc"), '$Module bad 3 "Bad"\n$Function STRING wait()\n$Async\n');
    writeFileSync(
      join(folder, "bad.js"),
      'export async function wait() { await null; throw new Error("it broke"); }\n',
    );
    const include = join(folder, "more.vcl");
    writeFileSync(include, "sub more {\n  set req.http.X = bad.wait();\n}\n");
    const running = await runVclc(
      `vcl 4.1; import bad; backend b none; include "${include}";
      sub vcl_recv {
        call more;
      }`,
      ["-a", "127.0.0.1:0", "--vmod-path", folder, "--log-format", "json"],
    );
    await rawRequest(running.port, "GET / HTTP/1.0\r\n\r\n");
    await vi.waitFor(() => expect(running.output()).toContain("it broke"));
    const line =
      running
        .output()
        .split("\n")
        .find((text) => text.startsWith("{")) ?? "";
    expect(JSON.parse(line)).toMatchObject({
      text: "Unexpected: it broke",
      stack: [
        expect.stringMatching(/^wait \(.*\/bad\.js:1:\d+\)$/),
        expect.stringMatching(/^more \(.*\/more\.vcl:2:\d+\)$/),
        expect.stringMatching(/^vcl_recv \(.*\/main\.vcl:3:\d+\)$/),
      ],
    });
  });

  test("a flood of one kind is counted, levels and JSON are chosen, --quiet is quiet", async () => {
    const vcl = 'vcl 4.1; backend b { .host = "127.0.0.1"; .port = "1"; } sub vcl_recv { return (pass); }';
    const flood = async (args: readonly string[]): Promise<string[]> => {
      const running = await runVclc(vcl, ["-a", "127.0.0.1:0", ...args]);
      const many = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(40);
      await rawRequest(running.port, `${many}GET / HTTP/1.0\r\n\r\n`);
      await pause(1100);
      await rawRequest(running.port, "GET / HTTP/1.0\r\n\r\n");
      await pause(200);
      return running.output().split("\n").slice(1, -1);
    };
    const [plain, quiet, errors, json] = await Promise.all([
      flood([]),
      flood(["--quiet"]),
      flood(["--log-level", "error"]),
      flood(["--log-format", "json"]),
    ]);
    expect(plain.length).toBeLessThan(25);
    expect(plain.join("\n")).toMatch(/\d\d more records of FetchError in the second before/);
    expect(quiet).toEqual([]);
    expect(errors).toEqual([]);
    expect(JSON.parse(json[0] ?? "")).toMatchObject({
      level: "warn",
      tag: "FetchError",
      xid: expect.any(Number),
    });
  });

  test("a source that is lost is an error, and its return is told too; what concerns one request is not", () => {
    const lines: string[] = [];
    const log = new FailureLog({
      level: "info",
      json: false,
      write: (line) => lines.push(line),
      now: () => 0,
    });
    log.record(0, "Error", "svc: x: gone");
    log.record(0, "Notice", "svc: x: is followed again");
    log.record(7, "Notice", "vmod_directors: shard");
    expect(lines.map((line) => line.slice(25).trimEnd())).toEqual([
      "error Error: svc: x: gone",
      "info  Notice: svc: x: is followed again",
    ]);
  });

  test("wrong options are refused in words", async () => {
    const refusal = async (...args: string[]): Promise<string> =>
      (await vclc(["run", "-f", "x.vcl", ...args])).stderr;
    expect(await refusal("--log-level", "loud")).toContain(
      '--log-level takes error, warn or info, not "loud"',
    );
    expect(await refusal("--access-log-format", "xml")).toContain('takes combined or json, not "xml"');
    expect(await refusal("--metrics", "here")).toContain('--metrics takes ADDRESS:PORT or :PORT, not "here"');
  });
});
