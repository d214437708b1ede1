import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RecordedOrigins } from "../../src/cli/replay/answers.js";
import { comparePolicies } from "../../src/cli/replay/compare-policies.js";
import { readAccessLog } from "../../src/cli/replay/read-access-log.js";
import { readHar } from "../../src/cli/replay/read-har.js";
import { readVarnishlog } from "../../src/cli/replay/read-varnishlog.js";
import type { Recording } from "../../src/cli/replay/recording.js";
import { replayText, type Comparison } from "../../src/cli/replay/report-replay.js";
import { paintFor } from "../../src/cli/test/paint.js";
import { compilePolicy, type Policies } from "../../src/cli/test/policy.js";
import { temporaryFolder, vclc } from "../support/cli.js";

// Written by varnishlog -g request and varnishncsa 7.1.1 on varnishd with fixtures/replay/policy.vcl.
const log = readFileSync("fixtures/replay/request.varnishlog", "latin1").split("\n");
const accessLog = readFileSync("fixtures/replay/combined.access", "latin1").split("\n");
const policy = readFileSync("fixtures/replay/policy.vcl", "latin1");

async function* each(lines: readonly string[]): AsyncIterable<string> {
  yield* lines;
}

function compiled(text: string): Policies {
  const path = join(temporaryFolder(), "p.vcl");
  writeFileSync(path, text, "latin1");
  return { main: compilePolicy(path, {}, false), labels: [] };
}

/** Compares the policy of the fixture with what it is after a change. */
function changed(
  recording: Recording,
  ...changes: readonly (readonly [string, string])[]
): Promise<Comparison> {
  let text = policy;
  for (const [old, now] of changes) {
    if (!text.includes(old)) throw new Error(`no ${old}`);
    text = text.replace(old, now);
  }
  return comparePolicies("x.log", recording, compiled(policy), compiled(text));
}

const linesOf = ({ differences }: Comparison): readonly string[] =>
  differences.flatMap(({ request, changes }) =>
    changes.map(({ kind, old, new: now }) => `${request.line} ${request.url} ${kind}: ${old} → ${now}`),
  );

describe("a log of a real varnishd", () => {
  test("the same policy does all again as the log says: hits, restarts, ESI, passes, errors", async () => {
    const recording = await readVarnishlog(each(log));
    expect(recording.leftOut).toEqual([]);
    expect(recording.requests).toHaveLength(13);
    const comparison = await changed(recording);
    expect(comparison).toMatchObject({
      ...{ differences: [], unknown: 0 },
      asLogged: { status: { same: 13, known: 13 }, hit: { same: 13, known: 13 } },
    });
  });

  test("backends are not probed, whatever the policy says: no log has the answers", async () => {
    const recording = await readVarnishlog(each(log));
    const probed = policy.replace(/^backend \w+ \{/gm, '$& .probe = { .url = "/probed"; .initial = 0; }');
    expect(probed).not.toBe(policy);
    const comparison = await comparePolicies("x.log", recording, compiled(policy), compiled(probed));
    expect(comparison).toMatchObject({ differences: [], unknown: 0 });
  });

  test("requests are what the client sent, without what varnishd added", async () => {
    const { requests } = await readVarnishlog(each(log));
    expect(requests[0]).toMatchObject({
      line: 1,
      method: "GET",
      url: "/page",
      client: "127.0.0.1",
      status: 200,
    });
    expect(requests[0]?.headers.map(([name]) => name)).toEqual(["Host", "User-Agent", "Accept", "Cookie"]);
    expect(requests[0]?.time).toBeCloseTo(1795826477.6, 1);
    expect(requests.find(({ method }) => method === "POST")?.body).toHaveLength(3);
  });

  test("each kind of difference is told, by request and in a summary", async () => {
    const recording = await readVarnishlog(each(log));
    const comparison = await changed(
      recording,
      ["synth(418", "synth(410"],
      [
        "set req.backend_hint = carts; return",
        'if (req.url == "/cart/") { set req.backend_hint = carts; } set req.http.X-New = "1"; return',
      ],
      ["set beresp.grace = 10s", "set beresp.grace = 1h; set beresp.ttl = 5m"],
      [
        "sub vcl_deliver {",
        'sub vcl_hash { if (req.url == "/page") { hash_data(req.http.User-Agent); } }\nsub vcl_deliver { unset resp.http.X-Served-By;',
      ],
    );
    const lines = linesOf(comparison);
    for (const line of [
      "216 /teapot status: 418 Teapot → 410 Teapot",
      "135 /cart backend: carts → pages",
      '135 /cart backend request header X-New: none → "1"',
      "754 /page cache: hit → miss",
      '1 /page hash: "/page" "127.0.0.1:18098" → "tester" "/page" "127.0.0.1:18098"',
      "1 /page ttl: 60s → 300s",
      "1 /page grace: 10s → 3600s",
      '1 /page response header X-Served-By: "web1" → none',
    ])
      expect(lines).toContain(line);
    expect(lines.filter((line) => / (?:X-Varnish|Age|Date)/.test(line))).toEqual([]);
    const text = replayText(comparison, 1, paintFor(false));
    expect(text).toContain("x.log:1: GET /page\n");
    expect(text).toMatch(/… and \d+ more \(--limit\)/);
    expect(text).toMatch(/status: 1 request\n +1 {2}418 Teapot → 410 Teapot {2}x\.log:216: GET \/teapot\n/);
  });

  test("what a page includes is fetched again, and what failed fails", async () => {
    const recording = await readVarnishlog(each(log));
    const comparison = await changed(recording, ["set beresp.do_esi = true;", ""]);
    expect(linesOf(comparison).filter((line) => line.includes("/esi"))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/\/esi body: .* → .*esi:include/),
        "402 /esi number of fetches: 2 → 1",
      ]),
    );
    const origins = new RecordedOrigins(recording, () => 0);
    expect(answerTo(origins, "/slow")).toEqual({ failure: "no answer in the log" });
    expect(answerTo(origins, "/gone")).toMatchObject({ status: 404, reason: "Not Found", body: "xxxx" });
    expect(answerTo(origins, "/nowhere")).toEqual({});
    expect(origins.unknown).toBe(1);
  });

  test("an object that was in the cache before the log began is what the hit shows", async () => {
    const [second] = log
      .map((line, index) => [line, index] as const)
      .filter(([line]) => line.startsWith("*   <<"))
      .slice(1);
    const recording = await readVarnishlog(each(log.slice(second?.[1])));
    const origins = new RecordedOrigins(recording, () => 0);
    expect(answerTo(origins, "/page")).toMatchObject({
      status: 200,
      headers: expect.arrayContaining([["Cache-Control", "max-age=60"]]) as unknown,
    });
  });
});

function answerTo(origins: RecordedOrigins, url: string) {
  const header = (name: string) => (name === "host" ? "127.0.0.1:18098" : undefined);
  return origins.answer({
    endpoint: {},
    method: "GET",
    url,
    headers: [],
    header,
    text: () => Promise.resolve(""),
  });
}

describe("other logs", () => {
  test("an access log: requests with host, agent and time; the status is the origin's", async () => {
    const recording = await readAccessLog(each(accessLog), "localhost");
    expect(recording.requests[0]).toMatchObject({
      ...{ line: 1, method: "GET", url: "/page", client: "127.0.0.1", status: 200, time: 1795826477 },
      headers: [
        ["Host", "127.0.0.1:18098"],
        ["User-Agent", "tester"],
      ],
    });
    const comparison = await changed(recording, ["synth(418", "synth(410"]);
    expect(linesOf(comparison)).toContain("4 /teapot status: 418 Teapot → 410 Teapot");
    expect(comparison.asLogged.status).toMatchObject({ same: 13, known: 13, otherLines: [] });
  });

  test.each([
    [
      '1.2.3.4 - - [28/Nov/2026:01:41:17 +0100] "GET /a HTTP/1.0" 304 -',
      { url: "/a", proto: "HTTP/1.0", time: 1795826477, headers: [["Host", "h"]] },
    ],
    [
      '::1 - a b [28/Nov/2026:00:41:17 +0000] "GET /\\"q\\" HTTP/1.1" 200 1 "-" "x\\x41" 0.1 extra',
      {
        url: '/"q"',
        client: "::1",
        headers: [
          ["Host", "h"],
          ["User-Agent", "xA"],
        ],
      },
    ],
    [
      'www.x.example - - [28/Nov/2026:00:41:17 +0000] "GET https://e.example?a HTTP/2.0" 200 1 "r" "-"',
      {
        url: "/?a",
        client: undefined,
        proto: "HTTP/1.1",
        headers: [
          ["Host", "e.example"],
          ["Referer", "r"],
        ],
      },
    ],
    [
      'shop.example:443 1.2.3.4 - a b [28/Nov/2026:00:41:17 +0000] "GET / HTTP/1.1" 200 1 "-" "-"',
      { client: "1.2.3.4", headers: [["Host", "shop.example"]] },
    ],
    [
      'shop.example:8080 2001:db8::1 - - [28/Nov/2026:00:41:17 +0000] "GET / HTTP/1.1" 200 1',
      { client: "2001:db8::1", headers: [["Host", "shop.example:8080"]] },
    ],
  ])("%s", async (line, request) => {
    const { requests } = await readAccessLog(each([line]), "h");
    expect(requests).toMatchObject([request]);
  });

  test("a request without a Host is sent without one", async () => {
    const line = '1.2.3.4 - - [28/Nov/2026:01:41:17 +0100] "GET /a HTTP/1.1" 400 -';
    const recording = await readAccessLog(each([line]), "");
    expect(recording.requests[0]?.headers).toEqual([]);
    const says = (text: string) =>
      compiled(`vcl 4.1; backend b none; sub vcl_recv { ${text} return (synth(204)); }`);
    const refused = says("if (!req.http.Host) { return (synth(400)); }");
    const comparison = await comparePolicies("x.log", recording, refused, says(""));
    expect(linesOf(comparison)).toContain("1 /a status: 400 Bad Request → 204 No Content");
  });

  test("an HTTP archive, with bodies", () => {
    const entry = (request: object, response: object) => ({
      startedDateTime: "2026-11-28T00:41:17.500Z",
      request,
      response,
    });
    const { requests, answers, leftOut } = readHar(
      JSON.stringify({
        log: {
          entries: [
            entry(
              {
                method: "POST",
                url: "https://a.example/f?x#y",
                headers: [
                  { name: ":path", value: "/f" },
                  { name: "X-A", value: "ä" },
                ],
                postData: { text: "a=1" },
              },
              {
                status: 200,
                statusText: "OK",
                headers: [
                  { name: "content-encoding", value: "br" },
                  { name: "X-B", value: "1" },
                ],
                content: { text: "S8Okc2U=", encoding: "base64" },
              },
            ),
            entry({ method: "GET", url: "blob:x" }, {}),
          ],
        },
      }),
    );
    expect(requests).toMatchObject([
      {
        line: 1,
        method: "POST",
        url: "/f?x",
        time: 1795826477.5,
        headers: [
          ["Host", "a.example"],
          ["X-A", "Ã¤"],
        ],
        body: "a=1",
      },
    ]);
    expect(answers).toMatchObject([{ status: 200, reason: "OK", headers: [["X-B", "1"]], body: "KÃ¤se" }]);
    expect(leftOut).toEqual([{ line: 2, why: "no request over HTTP: blob:x" }]);
  });
});

describe("logs that are bad or half", () => {
  test.each([
    [["nonsense"], 1, 'no log of varnishlog -g request: "nonsense"'],
    [
      [...log.slice(0, 30), "nonsense", ...log.slice(30)],
      31,
      'neither a transaction nor a record: "nonsense"',
    ],
    [["         1 Begin          c sess 0 HTTP/1"], 1, "records one by one (-g raw)"],
  ])("varnishlog %#", async (lines, line, message) => {
    await expect(readVarnishlog(each(lines))).rejects.toMatchObject({
      line,
      message: expect.stringContaining(message) as unknown,
    });
  });

  test("what is cut off, or lacks tags, is left out with its line", async () => {
    const cut = await readVarnishlog(each([...log.slice(20, 100)]));
    expect(cut.leftOut).toEqual([
      { line: 1, why: "the beginning of a transaction is missing" },
      { line: 70, why: "transaction 5 is cut off: it has no End" },
    ]);
    const { leftOut } = await readVarnishlog(each(log.filter((line) => !line.includes("ReqURL"))));
    expect(leftOut[0]).toEqual({
      line: 1,
      why: "request 2 has no ReqURL: the log was written without some tags",
    });
  });

  test.each([
    ["x", "no line of an access log"],
    ['1.2.3.4 - - [yesterday] "GET / HTTP/1.1" 200 1', "no time: [yesterday]"],
  ])("access log: %s", async (text, message) => {
    await expect(readAccessLog(each([accessLog[0] ?? "", text]), "h")).rejects.toMatchObject({
      line: 2,
      message: expect.stringContaining(message) as unknown,
    });
  });

  test("no HTTP requests in an access log are left out", async () => {
    const { leftOut } = await readAccessLog(
      each(['1.2.3.4 - - [28/Nov/2026:00:41:17 +0000] "-" 408 0']),
      "h",
    );
    expect(leftOut).toEqual([{ line: 1, why: 'no HTTP request: "-"' }]);
  });

  test.each([
    ["{}", "no HTTP archive"],
    ["{\n", "no JSON: "],
    ['{"log":{"entries":[{"request":{"method":"GET"}}]}}', "the request of entry 1 has no url"],
  ])("HAR: %j", (text, message) => {
    expect(() => readHar(text)).toThrow(message);
  });
});

test("vclc replay: the log by its kind, a label with two versions, JSON, exit codes, and what is no use of it", async () => {
  const folder = temporaryFolder();
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write("main.vcl", "vcl 4.1; backend b none; sub vcl_recv { return (dispatch(shop)); }");
  write("a.vcl", "vcl 4.1; backend b none; sub vcl_recv { return (synth(200)); }");
  write("b.vcl", "vcl 4.1; backend b none; sub vcl_recv { return (synth(404)); }");
  write("x.log", accessLog.slice(0, 2).join("\n"));
  const of = (...args: string[]) => vclc(["replay", "main.vcl", "main.vcl", ...args], folder);
  const differs = await of(
    "--access-log",
    "x.log",
    "--label",
    "shop=a.vcl,b.vcl",
    "--exit-code",
    "--format",
    "json",
  );
  expect(JSON.parse(differs.stdout)).toMatchObject({
    requests: 2,
    differing: 2,
    kinds: [{ kind: "status", requests: 2 }, {}],
  });
  expect(differs.code).toBe(1);
  expect(
    await of("--access-log", "x.log", "--label", "shop=a.vcl", "--filter", ":18098/page$"),
  ).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("2 requests replayed, 0 differ") as unknown,
  });
  expect(await of("--access-log", "x.log")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("does not load") as unknown,
  });
  expect(await of("--varnishlog", "x.log", "--label", "shop=a.vcl")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("vclc: x.log:1: no log of varnishlog -g request") as unknown,
  });
  expect((await of()).stderr).toContain("give one log to replay");
}, 30_000);
