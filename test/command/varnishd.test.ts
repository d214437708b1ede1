import { execFile, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtCli } from "../support/cli.js";
import { freePort, listening } from "../support/ports.js";

const installed = ["varnishd", "varnishadm"].every((name) => spawnSync(name, ["-V"]).error === undefined);
if (!installed) console.warn("SKIPPED: lists are compared with varnishd's where it is installed");

const vcl = `vcl 4.1;
probe p { .url = "/"; .interval = 300s; .initial = 0; }
backend default { .host = "127.0.0.1"; .port = "1"; }
backend second { .host = "127.0.0.1"; .port = "2"; .probe = p; }
sub vcl_recv { set req.backend_hint = second; }
`;
const using = `vcl 4.1; backend default none; sub vcl_recv { return (vcl(la)); }`;

/** The commands that both get, in order. */
const commands: readonly (readonly string[])[] = [
  ["vcl.list"],
  ["vcl.load", "one", "main.vcl"],
  ["vcl.load", "one", "main.vcl"],
  ["vcl.load", "x.y", "main.vcl"],
  ["vcl.load", "1x", "main.vcl"],
  ["vcl.load", "two", "main.vcl", "lukewarm"],
  ["vcl.label", "la", "one"],
  ["vcl.label", "lb", "la"],
  ["vcl.label", "one", "boot"],
  ["vcl.load", "cold", "main.vcl", "cold"],
  ["vcl.use", "cold"],
  ["vcl.label", "lc", "cold"],
  ["vcl.load", "user", "using.vcl"],
  ["vcl.label", "lu", "user"],
  ["vcl.label", "la", "user"],
  ["vcl.list"],
  ["vcl.list", "-j"],
  ["vcl.deps"],
  ["vcl.deps", "-j"],
  ["vcl.state", "la", "cold"],
  ["vcl.state", "boot", "cold"],
  ["vcl.state", "one", "cold"],
  ["vcl.state", "cold", "auto"],
  ["vcl.state", "cold", "tepid"],
  ["vcl.state", "nobody", "auto"],
  ["vcl.discard", "boot"],
  ["vcl.discard", "one"],
  ["vcl.discard", "la"],
  ["vcl.discard", "nobody*"],
  ["vcl.discard", "user", "lu"],
  ["vcl.use", "la"],
  ["vcl.use", "la"],
  ["vcl.list"],
  // While a label is active, 7.1 looks for backends under the label's name and finds none.
  ["vcl.use", "boot"],
  ["vcl.show", "boot"],
  ["vcl.show", "nobody"],
  ["backend.list"],
  ["backend.list", "-p"],
  ["backend.list", "*.*"],
  ["backend.list", "-j"],
  ["backend.list", "-j", "-p"],
  ["backend.list", "nobody*"],
  ["backend.list", "-x"],
  ["backend.list", "a", "b"],
  // What an operator says of a backend holds in every VCL that has it: for varnishd, in every VCL that is named.
  ["backend.set_health", "*.default", "sick"],
  ["backend.set_health", "*.second", "HEALTHY"],
  ["backend.set_health", "nobody", "sick"],
  ["backend.set_health", "default", "ill"],
  ["backend.list", "*.*"],
  ["ban", "req.url", "==", "/a"],
  ["ban", "req.http.x", "~", "a.c", "&&", "obj.status", "!=", "200"],
  ["ban", "obj.age", ">", "1d"],
  ["ban", "a", "==", "b"],
  ["ban", "req.url", ">", "b"],
  ["ban", "obj.ttl", "~", "1s"],
  ["ban", "obj.ttl", ">", "1"],
  ["ban", "req.url", "==", "a", "b"],
  ["ban", "req.url", "==", "a", "&", "req.url", "==", "b"],
  ["ban", "a"],
  ["param.show", "nosuch"],
  ["param.set", "nosuch", "1"],
  ["param.set", "default_ttl", "x"],
  ["param.set", "default_ttl", "-1"],
  ["param.set", "max_restarts", "1.5"],
  ["param.set", "http_max_hdr", "1"],
  ["param.set", "http_resp_size", "x"],
  ["param.set", "http_resp_size", "1"],
  ["param.set", "default_ttl", "60"],
  ["param.show", "changed"],
  ["param.reset", "default_ttl"],
  ["param.show", "changed"],
  ["storage.list"],
  ["storage.list", "-j"],
  ["panic.show"],
  ["status"],
  ["status", "-j"],
  ["ping", "-j"],
  ["nosuch"],
  ["vcl.use"],
  ["vcl.use", "a", "b"],
  ["quit"],
];

/** Members of `backend.list -j` that only we have, or whose value is the moment's. */
const ownMembers = ["shared_backend", "polled_by", "counters", "ipv4", "last_change"];

/** What may differ: white space between columns, the column for shared backends, times, and the age of a ban. */
function comparable(command: readonly string[], output: string): unknown {
  if (command.includes("-j")) {
    const text = output.replace(/, \d+\.\d{3},/, ", 0,");
    return JSON.parse(text, (key, value: unknown) => (ownMembers.includes(key) ? undefined : value));
  }
  return (
    output
      .split("\n")
      .map((line) => line.replace(/\s+/g, " ").trim())
      .map((line) => line.replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/, "DATE"))
      .map((line) => line.replace(/^(Backend name .*) Shared backend$|(DATE) \w+\(\S+\)$/, "$1$2"))
      .map((line) => line.replace(/^\d{10}\.\d+/, "TIME"))
      // The ban that is there from the start, and those that nothing needs any more.
      .filter((line) => line !== "" && !/^TIME \d+ C/.test(line))
  );
}

describe.skipIf(!installed)("the same commands, to varnishd and to vclc run", () => {
  const children: ChildProcess[] = [];
  let folder = "";
  const ports = { varnishd: 0, vclc: 0 };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "vclc-commands-"));
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, "main.vcl"), vcl);
    writeFileSync(join(folder, "using.vcl"), using);
    writeFileSync(join(folder, "secret"), "known to both\n");
    ports.varnishd = await freePort();
    ports.vclc = await freePort();
    const shared = ["-a", "127.0.0.1:0", "-f", join(folder, "main.vcl"), "-S", join(folder, "secret")];
    const options = { cwd: folder, stdio: "ignore" } as const;
    const own = ["-F", "-n", join(folder, "varnish"), "-T"];
    children.push(spawn("varnishd", [...own, `127.0.0.1:${ports.varnishd}`, ...shared], options));
    children.push(
      spawn(process.execPath, [builtCli(), "run", "-T", `127.0.0.1:${ports.vclc}`, ...shared], options),
    );
    await Promise.all([listening(ports.varnishd), listening(ports.vclc)]);
    // varnishd's port is open before its worker is.
    for (let i = 0; i < 100 && !(await ask(ports.varnishd, ["status"])).includes("running"); i++)
      await wait(100);
    await wait(500);
  }, 60_000);

  afterAll(() => {
    for (const child of children) child.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  function ask(port: number, command: readonly string[]): Promise<string> {
    return new Promise((resolve) => {
      const words = command.map((word) => (word.endsWith(".vcl") ? join(folder, word) : word));
      const args = ["-T", `127.0.0.1:${port}`, "-S", join(folder, "secret"), ...words];
      execFile("varnishadm", args, { cwd: folder, timeout: 20_000 }, (error, stdout, stderr) =>
        resolve(error ? `${stdout}\n${stderr}` : stdout),
      );
    });
  }

  test("get the same answers", async () => {
    for (const command of commands) {
      const [theirs, ours] = await Promise.all([ask(ports.varnishd, command), ask(ports.vclc, command)]);
      expect.soft(comparable(command, ours), command.join(" ")).toEqual(comparable(command, theirs));
    }
  }, 120_000);
});
