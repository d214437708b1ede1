import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../support/cli.js";
import { isInstalled } from "../support/installed.js";
import { freePort } from "../support/ports.js";
import { send } from "../support/proxy.js";
import { publishedProxy, tool } from "../support/published.js";

/** What becomes of a request stands in its path. */
const vcl = (port: number): string => `vcl 4.1;
backend origin { .host = "127.0.0.1"; .port = "${port}"; }
sub vcl_recv {
  set req.http.X-One = "1"; set req.http.X-One = "2"; unset req.http.X-One;
  if (req.url == "/synth") { return (synth(700, "Made")); }
  if (req.url == "/pass") { set req.url = "/page"; return (pass); }
  if (req.url == "/restart" && req.restarts == 0) { set req.url = "/page"; return (restart); }
  if (req.url == "/gone") { return (fail); }
}
sub vcl_backend_fetch { set bereq.http.X-B = "b"; if (bereq.url == "/abandon") { return (abandon); } }
sub vcl_backend_response {
  if (bereq.url == "/retry" && bereq.retries == 0) { return (retry); }
  if (bereq.url == "/uncacheable") { set beresp.uncacheable = true; }
  set beresp.ttl = 100s; set beresp.http.X-R = "r";
}
sub vcl_backend_error { set beresp.body = "no"; return (deliver); }
sub vcl_synth { set resp.body = "made"; return (deliver); }
sub vcl_deliver { set resp.http.X-D = "1"; unset resp.http.Via; set resp.status = 201; set resp.reason = "Foo"; }`;

const paths = ["/page", "/page", "/synth", "/pass", "/restart", "/uncacheable", "/uncacheable", "/retry"];

async function origin(): Promise<number> {
  const answer =
    "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:10 GMT\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", () => socket.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A real varnishd with the same VCL; answers with its directory and its port. */
async function varnishd(text: string): Promise<{ readonly folder: string; readonly port: number }> {
  const base = temporaryFolder();
  const port = await freePort();
  const file = join(base, "main.vcl");
  const folder = join(base, "n");
  mkdirSync(folder);
  writeFileSync(file, text);
  const args = ["-F", "-n", folder, "-a", `127.0.0.1:${port}`, "-f", file, "-i", "here", "-j", "none"];
  const child = spawn("varnishd", args, { stdio: "ignore" });
  onTestFinished(async () => {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await gone;
  });
  for (let left = 100; left > 0; left--) {
    try {
      execFileSync("varnishadm", ["-n", folder, "-t", "1", "ping"], { stdio: "ignore" });
      await send(port, "/synth");
      return { folder, port };
    } catch {
      await wait(100);
    }
  }
  throw new Error("varnishd does not start");
}

/** The transactions of a log, each a list of records, without what cannot be equal: numbers of transactions, times, ports. */
async function transactions(folder: string): Promise<string[]> {
  const lines = await tool("varnishlog", "-n", folder, "-d", "-g", "vxid");
  return lines
    .join("\n")
    .split(/^\*.*$/m)
    .map((text) => text.split("\n").flatMap(comparable).join("\n"))
    .filter((text) => text !== "" && !text.startsWith("Begin sess"));
}

/**
 * Where the records differ from those of Varnish 7.1 on purpose: trunk adds Via to requests, writes Timestamp Beresp behind the headers and names
 * the reason of BackendClose; the backend is called by its full name.
 */
function comparable(line: string): string[] {
  const [, tag = "", text = ""] = /^-+ +(\w+) *(.*)$/.exec(line) ?? [];
  if (tag === "" || tag === "Debug" || (/^(Req|Bereq)Header$/.test(tag) && text.startsWith("Via:")))
    return [];
  if (text.startsWith("Beresp:")) return [];
  if (/^(BackendOpen|BackendClose|ReqAcct|BereqAcct|ReqStart)$/.test(tag)) return [tag];
  if (tag === "Timestamp") return [`Timestamp ${text.slice(0, text.indexOf(":"))}`];
  if (text.startsWith("Via:")) return [`${tag} Via`];
  return [`${tag} ${text.replace(/\b\d+(\.\d+)?\b/g, "N")}`];
}

describe.skipIf(!isInstalled("varnishd") || !isInstalled("varnishlog"))(
  "records beside those of varnishd",
  () => {
    test("each request leaves the same records in the same order", async () => {
      const text = vcl(await origin());
      const theirs = await varnishd(text);
      const ours = await publishedProxy();
      await ours.load("boot", text);
      await ours.get("/synth");
      for (const path of paths) {
        for (const get of [(url: string) => send(theirs.port, url), ours.get]) await get(path);
      }
      await wait(300);
      const expected = await transactions(theirs.folder);
      expect((await transactions(ours.folder)).sort()).toEqual(expected.sort());
    }, 40_000);
  },
);
