import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtCli } from "../support/cli.js";
import { isInstalled } from "../support/installed.js";
import { freePort, listening } from "../support/ports.js";
import { proxyCases, type ProxyCase } from "../support/proxy-headers.js";

const installed = isInstalled("varnishd") && isInstalled("varnishlog");
if (!installed)
  console.warn("SKIPPED: PROXY headers are compared with varnishd's reading where it is installed");

const vcl = `vcl 4.1; import std; import proxy; backend none_here none;
sub vcl_recv { return (synth(200)); }
sub vcl_synth {
  set resp.http.ends = client.ip + ":" + std.port(client.ip) + " " + server.ip + ":" + std.port(server.ip);
  set resp.http.tls = proxy.is_ssl() + " " + proxy.alpn() + " " + proxy.authority();
  return (deliver);
}`;

/** What one server made of a header: the lines of the answer that say something, and the records of the session. */
interface Reading {
  readonly answer: readonly string[];
  readonly records: readonly string[];
}

describe.skipIf(!installed)(
  "the same PROXY headers, to vclc run and, where varnishd is installed, to it",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "vclc-proxy-"));
    const children: ChildProcess[] = [];
    const logs = { varnishd: "", vclc: "" };
    const ports = { varnishd: 0, vclc: 0 };

    beforeAll(async () => {
      chmodSync(folder, 0o755);
      writeFileSync(join(folder, "main.vcl"), vcl);
      Object.assign(ports, { varnishd: await freePort(), vclc: await freePort() });
      const shared = ["-f", join(folder, "main.vcl"), "-p", "timeout_idle=1"];
      const at = (port: number): string[] => ["-a", `127.0.0.1:${port},PROXY`, ...shared];
      const work = join(folder, "varnish");
      children.push(spawn("varnishd", ["-F", "-n", work, ...at(ports.varnishd)], { stdio: "ignore" }));
      const ours = spawn(process.execPath, [builtCli(), "run", "--log", ...at(ports.vclc)]);
      ours.stdout.on("data", (chunk: Buffer) => (logs.vclc += chunk.toString("latin1")));
      children.push(ours);
      await Promise.all([listening(ports.varnishd), listening(ports.vclc)]);
      const log = spawn("varnishlog", ["-n", work, "-g", "raw"]);
      log.stdout.on("data", (chunk: Buffer) => (logs.varnishd += chunk.toString("latin1")));
      children.push(log);
      await wait(1000);
    }, 60_000);

    afterAll(() => {
      for (const child of children) child.kill("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    });

    async function readings(server: "varnishd" | "vclc"): Promise<ReadonlyMap<string, Reading>> {
      const sent = await Promise.all(
        proxyCases.map(async (one) => ({ one, ...(await ask(ports[server], one)) })),
      );
      for (let tries = 0; tries < 50 && sent.some(({ local }) => !recordsOf(logs[server], local)); tries++)
        await wait(100);
      return new Map(
        sent.map(({ one, local, answer }) => [
          one.name,
          { answer, records: recordsOf(logs[server], local) ?? [] },
        ]),
      );
    }

    test("S3-02 are read alike: answers, records, why the connection ends", async () => {
      const [reference, ours] = await Promise.all([readings("varnishd"), readings("vclc")]);
      expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(reference));
      for (const { name, records, close } of proxyCases) {
        const found = reference.get(name)?.records.filter((record) => !record.startsWith("SessClose"));
        const end = reference.get(name)?.records.find((record) => record.startsWith("SessClose"));
        expect([name, found]).toEqual([name, records.map((record) => record.trimEnd())]);
        expect([name, end]).toEqual([name, `SessClose ${close ?? "REQ_CLOSE"}`]);
      }
    }, 60_000);
  },
);

/** Sends a header, and a request behind it unless it stands alone; `local` is the port that it was sent from. */
function ask(
  port: number,
  { header, alone }: ProxyCase,
): Promise<{ local: number; answer: readonly string[] }> {
  const bytes = header + (alone ? "" : "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  return new Promise((resolve) => {
    let text = "";
    let local = 0;
    const socket = connect(port, "127.0.0.1", () => {
      local = socket.localPort ?? 0;
      socket.write(bytes, "latin1");
    });
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => (text += chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      const lines = text.split("\r\n").filter((line) => /^(HTTP|ends|tls)/.test(line));
      // Where the header says nothing, the ends of the connection are this one's.
      resolve({
        local,
        answer: lines.map((line) => line.replaceAll(String(local), "LOCAL").replaceAll(String(port), "PORT")),
      });
    });
  });
}

/** Tags and texts of the session that came from that port, between its beginning and its end; undefined while it goes on. */
function recordsOf(log: string, local: number): readonly string[] | undefined {
  const lines = log.split("\n").map((line) => /^ *(\d+) (\w+) +\S (.*?)\s*$/.exec(line) ?? []);
  const open = lines.find(([, , tag, text]) => tag === "SessOpen" && text?.startsWith(`127.0.0.1 ${local} `));
  const own = lines.filter(([, xid]) => open !== undefined && xid === open[1]);
  if (!own.some(([, , tag]) => tag === "SessClose")) return undefined;
  return own
    .filter(([, , tag]) => ["Proxy", "ProxyGarbage", "Error", "SessClose"].includes(tag ?? ""))
    .map(([, , tag, text = ""]) => `${tag} ${tag === "SessClose" ? text.split(" ")[0] : text}`);
}
