import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { LogRing } from "../../src/host/node/vsm/log-ring.js";
import { readLogFile } from "../../src/host/node/vsm/log-file.js";
import { RingReader } from "../../src/host/node/vsm/ring-reader.js";
import type { LogFlags } from "../../src/cli/log/log-request.js";
import { tagNumbers } from "../../src/runtime/vsl/tags.js";
import { temporaryFolder, vclc } from "../support/cli.js";
import { isInstalled } from "../support/installed.js";
import { ourLog } from "../support/our-log.js";
import { startOrigin } from "../support/proxy.js";
import { publishedProxy, tool } from "../support/published.js";
import { recordBytes } from "../support/log-bytes.js";

const hasTools = isInstalled("varnishlog");
if (!hasTools) console.warn("SKIPPED: vclc log is compared with varnishlog where it is installed");

/** A log with hits, misses, includes of pages, restarts, retries, failures and a synthetic answer. */
async function logWithEverything(): Promise<string> {
  const origin = await startOrigin((request, response) => {
    response.setHeader("Cache-Control", request.url === "/pass" ? "no-store" : "max-age=60");
    response.setHeader("X-Thing", 'a "quoted" value');
    if (request.url === "/bad") response.statusCode = 500;
    response.end(request.url === "/esi" ? "a<esi:include src='/a'/><esi:include src='/pass'/>" : "hello");
  });
  onTestFinished(() => origin.close());
  const proxy = await publishedProxy();
  await proxy.load(
    "boot",
    `vcl 4.1; import std;
    backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }
    backend closed { .host = "127.0.0.1"; .port = "1"; }
    sub vcl_recv {
      std.log("tenant: blue"); set req.backend_hint = b;
      if (req.url == "/restart" && req.restarts == 0) { return (restart); }
      if (req.url == "/synth") { return (synth(418)); }
      if (req.url == "/pass") { return (pass); }
      if (req.url == "/closed") { set req.backend_hint = closed; return (pass); }
    }
    sub vcl_backend_response { set beresp.do_esi = true; if (beresp.status == 500 && bereq.retries < 1) { return (retry); } }`,
  );
  for (const url of ["/a", "/a", "/esi", "/restart", "/synth", "/pass", "/closed", "/bad"]) {
    await proxy.get(url, { headers: { "User-Agent": "agent one", Cookie: "a=b" } });
  }
  proxy.publication.log.flush(true);
  return proxy.folder;
}

/** Options of varnishlog, and the same for us. */
const asked: readonly (readonly [args: readonly string[], flags: LogFlags])[] = [
  [[], {}],
  [["-g", "request"], { group: "request" }],
  [["-g", "session"], { group: "session" }],
  [["-g", "raw"], { group: "raw" }],
  [["-v", "-g", "request"], { verbose: true, group: "req" }],
  [["-c"], { client: true }],
  [["-b"], { backend: true }],
  [["-c", "-g", "request"], { client: true, group: "request" }],
  [["-E", "-g", "request"], { esi: true, group: "request" }],
  [["-E"], { esi: true }],
  [["-i", "Req*,VCL_c"], { selections: [{ option: "i", text: "Req*,VCL_c" }] }],
  [["-x", "*Header"], { selections: [{ option: "x", text: "*Header" }] }],
  [
    ["-C", "-I", "ReqHeader:AGENT"],
    { caseless: true, selections: [{ option: "I", text: "ReqHeader:AGENT" }] },
  ],
  [
    ["-i", "ReqHeader", "-X", "Cookie", "-x", "Begin"],
    {
      selections: [
        { option: "i", text: "ReqHeader" },
        { option: "X", text: "Cookie" },
        { option: "x", text: "Begin" },
      ],
    },
  ],
];

const queries = [
  'ReqURL eq "/esi"',
  'not ReqURL eq "/esi"',
  "RespStatus >= 500 or RespStatus == 418",
  'RespStatus == 200 and ReqHeader:user-agent ~ "^agent"',
  "(VCL_call eq PASS or VCL_call eq SYNTH) and not RespStatus == 418",
  "{2+}BerespStatus >= 100",
  "{3}ReqURL",
  "vxid != 2",
  "*Error",
  "Req*:cookie",
  "ReqAcct[5] > 5",
  "BerespHeader:x-thing[2] eq quoted",
  "Link[1] eq bereq and Link[3] eq fetch",
  "ReqStart[2] > 0x10",
  "RespHeader:Content-Length == 5.0",
  "VCL_Log:tenant eq Blue",
  "Timestamp:Resp[2] > 10",
  "# a comment\nHit\n\nVCL_Error",
];

describe.skipIf(!hasTools)("what varnishlog prints of the same log", () => {
  let folder = "";
  const theirs = (...args: readonly string[]): string[] =>
    execFileSync("varnishlog", ["-n", folder, "-d", ...args], { encoding: "latin1" }).split("\n");

  test("vclc log prints too: every grouping, selection and query, byte by byte; also from a file", async () => {
    folder = await logWithEverything();
    for (const [args, flags] of asked) {
      const lines = theirs(...args);
      expect(lines.length, args.join(" ")).toBeGreaterThan(5);
      expect(await ourLog(folder, flags), args.join(" ")).toEqual(lines);
    }
    for (const [at, query] of queries.entries()) {
      const group = ["request", "vxid", "raw"][at % 3] as string;
      const lines = theirs("-g", group, "-q", query);
      expect(await ourLog(folder, { group, query: [query] }), `${group}: ${query}`).toEqual(lines);
    }
    const file = join(temporaryFolder(), "log");
    theirs("-g", "request", "-w", file);
    const records = [...readLogFile(file)].flat();
    expect(records.length).toBeGreaterThan(300);
    const printed = await vclc(["log", "-r", file, "-g", "request"]);
    expect(printed.stdout).toBe(
      execFileSync("varnishlog", ["-r", file, "-g", "request"], { encoding: "utf8" }),
    );
  }, 30_000);
});

describe("a ring that is read while it is written", () => {
  function ring(space: number, format: 1 | 2): { readonly ring: LogRing; readonly path: string } {
    const path = join(temporaryFolder(), "log");
    const made = new LogRing(path, space, format);
    onTestFinished(() => made.close());
    return { ring: made, path };
  }

  function batch(format: 1 | 2, xid: number, text: string): Uint8Array {
    const tag = tagNumbers(format).get("BereqURL") ?? 0;
    return recordBytes(format, { xid, side: "b", tag, text });
  }

  test.each([1, 2] as const)("format %i: everything arrives, over several turns of the ring", (format) => {
    const { ring: writer, path } = ring(16_384, format);
    writer.write(batch(format, 1, "before"));
    const end = new RingReader(path, "end");
    const start = new RingReader(path, "start");
    const found: string[] = [];
    const read = (reader: RingReader): void => {
      for (let more = true; more;) {
        const result = reader.read();
        if (result === "overrun") throw new Error("overrun");
        found.push(...result.records.map(({ xid, text, side, tag }) => `${xid} ${tag} ${side} ${text}`));
        more = result.isMore;
      }
    };
    read(start);
    expect(found.splice(0)).toEqual(["1 BereqURL b before"]);
    const big = format === 2 ? 2 ** 40 : 1000;
    const expected: string[] = [];
    for (let i = 0; i < 700; i++) {
      const text = "x".repeat(i % 90);
      writer.write(batch(format, big + i, text));
      expected.push(`${big + i} BereqURL b ${text}`);
      if (i % 7 === 0) read(end);
    }
    read(end);
    expect(writer.cycles).toBeGreaterThan(1);
    expect(found).toEqual(expected);
    end.close();
    start.close();
  });

  test("who is too slow is told, and goes on at the end", () => {
    const { ring: writer, path } = ring(16_384, 2);
    const reader = new RingReader(path, "end");
    for (let i = 0; i < 1000; i++) writer.write(batch(2, i, "x".repeat(60)));
    expect(reader.read()).toBe("overrun");
    reader.toEnd();
    expect(reader.read()).toEqual({ records: [], isMore: false });
    writer.write(batch(2, 2000, "after"));
    expect(reader.read()).toMatchObject({ records: [{ xid: 2000, text: "after" }] });
    const old = new RingReader(path, "start");
    expect(old.read()).toMatchObject({ isMore: true });
    reader.close();
    old.close();
  });
});

describe("vclc log", () => {
  test("follows a log over a restart of who writes it, and tells that", async () => {
    const folder = temporaryFolder();
    const first = await publishedProxy({ folder });
    const { followLog } = await import("../../src/host/node/vsm/follow-log.js");
    const seen: string[] = [];
    const waiting = new Map<string, () => void>();
    const until = (what: string): Promise<void> =>
      new Promise((resolve) => (seen.includes(what) ? resolve() : waiting.set(what, resolve)));
    const note = (what: string): void => {
      seen.push(what);
      waiting.get(what)?.();
    };
    const events = followLog({ folder, history: false, patience: 5 });
    const following = (async () => {
      for await (const event of events) {
        if (event.kind !== "records") note(event.kind);
        else for (const { tag, text } of event.records) note(`${tag} ${text}`);
        if (seen.includes("VCL_Log last")) return;
      }
    })();
    await until("idle");
    first.publication.log.record(1, "VCL_Log", "first");
    first.publication.log.flush(true);
    await until("VCL_Log first");
    await first.close();
    await until("abandoned");
    const second = await publishedProxy({ folder });
    second.publication.log.record(1, "VCL_Log", "last");
    second.publication.log.flush(true);
    await following;
    expect([...new Set(seen.filter((what) => what !== "idle"))]).toEqual([
      "VCL_Log first",
      "abandoned",
      "reacquired",
      "VCL_Log last",
    ]);
  });

  test("says what is wrong with options, files and directories", async () => {
    const refusal = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await vclc(["log", ...args]);
      expect(code).toBe(2);
      return stderr;
    };
    const [query, tag, group, none, file] = await Promise.all([
      refusal("-q", "ReqURL foo"),
      refusal("-i", "Reqq"),
      refusal("-g", "all"),
      refusal("-n", "/nowhere", "-t", "0"),
      refusal("-r", "package.json"),
    ]);
    expect(query).toBe('vclc: -q "ReqURL foo": at character 8: here should be an operator, not "foo"\n');
    expect(tag).toBe('vclc: -i "Reqq": there is no tag "Reqq"\n');
    expect(group).toBe('vclc: -g takes raw, vxid, request or session, not "all"\n');
    expect(none).toBe("vclc: -n /nowhere: there is no log: nothing that writes one runs there\n");
    expect(file).toBe("vclc: -r package.json: it is no file that varnishlog -w wrote\n");
  });
});

test.skipIf(!hasTools)("the tags that names stand for are those of varnishlog", async () => {
  const { folder } = await publishedProxy();
  for (const name of ["ReqUR", "respstatus", "Req*", "*Acct", "VCL*l"]) {
    await expect(tool("varnishlog", "-n", folder, "-d", "-i", name)).resolves.toEqual([]);
    expect(await ourLog(folder, { selections: [{ option: "i", text: name }] })).toEqual([""]);
  }
  for (const name of ["Req", "Nothing", "R*q*", ""]) {
    await expect(tool("varnishlog", "-n", folder, "-d", "-i", name)).rejects.toThrow();
    await expect(ourLog(folder, { selections: [{ option: "i", text: name }] })).rejects.toThrow();
  }
});
