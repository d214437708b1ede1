import { execFile, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { responseTo } from "../../src/runtime/command/authentication.js";
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
  ["vcl.symtab"],
  ["vcl.load", "user", "using.vcl"],
  ["vcl.symtab"],
  ["vcl.symtab", "-j"],
  ["vcl.deps", "-j"],
  ["vcl.list", "-j"],
  ["vcl.list", "x"],
  ["vcl.discard", "user"],
  ["vcl.discard"],
  ["vcl.load", "x"],
  ["vcl.load", "a", "b", "c", "d"],
  ["vcl.use", "-j", "boot"],
  ["vcl.show"],
  ["vcl.show", "boot"],
  ["vcl.show", "la"],
  ["vcl.show", "nobody"],
  ["vcl.show", "-x"],
  ["vcl.show", "a", "b"],
  ["vcl.show", "-v", "a", "b"],
  ["vcl.show", "-v"],
  ["vcl.show", "-v", "boot"],
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
  ["ban", "req.url", "~", "\\\\.x\\x41"],
  ...["90m", "1.5h", "14d", "500ms", "0.0015s", "0s", "1.25m", "61s", "1500ms", "24h", "2y"].flatMap(
    (age) => [["ban", "obj.ttl", ">", age], ["ban.list"]],
  ),
  ["ban.list", "-j"],
  ["ban.list", "x"],
  ["param.show", "nosuch"],
  ["param.show", "-j", "nosuch"],
  ["param.show", "-x"],
  ["param.show", "-l", "-j"],
  ["param.show", "a", "b"],
  ...["default_ttl", "max_restarts", "http_resp_size", "workspace_client", "http_max_hdr"].flatMap((name) => [
    ["param.show", name],
    ["param.show", "-l", name],
    ["param.show", "-j", name],
  ]),
  ["param.set", "nosuch", "1"],
  ["param.set", "default_ttl", "x"],
  ["param.set", "default_ttl", "-1"],
  ["param.set", "max_restarts", "1.5"],
  ["param.set", "http_max_hdr", "1"],
  ["param.set", "http_resp_size", "x"],
  ["param.set", "http_resp_size", "1"],
  ["param.show", "-l", "changed"],
  ["param.set", "default_ttl", "60"],
  ["param.show", "changed"],
  ["param.show", "-l", "changed"],
  ["param.show", "-j", "changed"],
  ["param.show", "default_ttl"],
  ["param.set", "-j", "nosuch", "1"],
  ["param.reset", "default_ttl"],
  ["param.show", "changed"],
  ["param.show", "max_vcl"],
  ["param.set", "max_vcl_handling", "3"],
  ["param.set", "max_vcl", "1"],
  ["vcl.load", "many", "main.vcl"],
  ["param.set", "max_vcl_handling", "2"],
  ["vcl.load", "more", "main.vcl"],
  ["vcl.load", "many", "main.vcl"],
  ["param.set", "max_vcl_handling", "0"],
  ["vcl.load", "most", "main.vcl"],
  ["storage.list"],
  ["storage.list", "-j"],
  ["storage.list", "x"],
  ["panic.show"],
  ["panic.show", "-j"],
  ["panic.clear"],
  ["panic.clear", "-z"],
  ["panic.clear", "-x"],
  ["panic.clear", "-z", "x"],
  ["start"],
  ["status"],
  ["status", "x"],
  ["pid", "x"],
  ["auth"],
  ["ping", "1", "2"],
  ["help", "-x"],
  ["help", "nosuch"],
  ["help", "a", "b"],
  ["help", "vcl.use", "-j"],
  ["status", "-j"],
  ["ping", "-j"],
  ["nosuch"],
  ["vcl.use"],
  ["vcl.use", "a", "b"],
  ["quit"],
];

/** Lines as they go over the wire: quoting, escapes, here-documents, minus signs. 7.1 forgets a separator that is there between quoted words. */
const lines: readonly string[] = [
  "ping 1",
  "-ping 1",
  "- ping 1",
  "\tping \t 1 ",
  '"ping" 1',
  'ping "1 2"',
  'p"ing',
  'ping "1',
  'ping 1"2"',
  'ping "\\q"',
  "ping \\q",
  "ping \\",
  'ping "\\x4"',
  'ban req.url == "\\x41\\101\\7\\18"',
  "ban.list",
  "ban req.url == \\x41\\t\\\\",
  "ban.list",
  "vcl.inline in1 << EOF\nvcl 4.1;\nbackend default none;\nEOF",
  'vcl.inline in2 << "E F"\nvcl 4.1;\nbackend default none;\nE F',
  "vcl.show in2",
  'vcl.inline in3 "vcl 4.1;\\nbackend default none;"',
  "vcl.show in3",
  "vcl.load a b c << T\nx\nT",
  "<< EOF\nping\nEOF",
  "PING",
  "help " + "x".repeat(200),
];

/** Members of `-j` that only we have, texts, and values of the moment. */
const ownMembers = [
  "shared_backend",
  "polled_by",
  "counters",
  "ipv4",
  "last_change",
  "description",
  "flags",
  "time",
];

/** What may differ: white space between columns, the column for shared backends, help texts, times, and the age of a ban. */
function comparable(command: readonly string[], output: string): unknown {
  if (command.includes("-j") && output.startsWith("[")) {
    const read = (key: string, value: unknown) => (ownMembers.includes(key) ? undefined : value);
    const [version, , , ...items] = JSON.parse(output, read) as unknown[];
    return [version, ...items];
  }
  return (
    output
      .split("\n")
      .filter(
        (line) => command[0] !== "param.show" || !/^ {8}(?!(Value|Default|Minimum|Maximum) is:)/.test(line),
      )
      .filter((line, index, all) => !command.includes("-v") || index <= all.indexOf("// VCL.SHOW"))
      .map((line) => line.replace(/\s+/g, " ").trim())
      .map((line) => line.replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/, "DATE"))
      .map((line) => line.replace(/^(Backend name .*) Shared backend$|(DATE) \w+\(\S+\)$/, "$1$2"))
      .map((line) => line.replace(/^\d{10}\.\d+/, "TIME"))
      // 7.1's words for it.
      .map((line) => line.replace(/^Found (".*") expected &&/, "Expected && between conditions, found $1"))
      // The ban that is there from the start, and those that nothing needs any more: varnishd drops them a little later.
      .filter((line) => line !== "" && !/^TIME \d+ C/.test(line))
      .slice(0, command[0] === "ban.list" ? 2 : undefined)
  );
}

/** 7.1 puts its hint for unknown requests before the syntax errors too. */
function comparableReply(reply: string): string {
  return (
    reply
      .replace(/^(\d{3}) \d+ *\n/, "$1\n")
      .replace(/^100\nUnknown request\.\nType 'help' for more info\.\n/, "100\n")
      .replace("all commands", "All commands")
      .replace(/^\d{10}\.\d+ +\d+ C.*\n/gm, "")
      // varnishd drops what nobody refers to a little later.
      .replace(/^(200\nPresent bans:\n.*\n)[^]*/, "$1")
      .replace(/^\d{10}\.\d+/gm, "TIME")
      .replace(/PONG \d+/, "PONG")
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

  /** Sends lines over one connection and answers with the replies. */
  async function converse(port: number): Promise<string[]> {
    const socket = connect(port, "127.0.0.1");
    socket.setEncoding("latin1");
    let text = "";
    let arrived: () => void = () => undefined;
    socket.on("data", (chunk: string) => {
      text += chunk;
      arrived();
    });
    const reply = async (): Promise<string> => {
      for (;;) {
        const [, length = ""] = /^\d{3} (\d+) *\n/.exec(text) ?? [];
        const end = 14 + Number(length);
        if (length !== "" && text.length >= end) {
          const whole = text.slice(0, end);
          text = text.slice(end);
          return whole;
        }
        await new Promise<void>((resolve) => (arrived = resolve));
      }
    };
    const [, challenge = ""] = /\n([a-z]{32})\n/.exec(await reply()) ?? [];
    socket.write(`auth ${responseTo(challenge, "known to both\n")}\n`);
    await reply();
    const all: string[] = [];
    for (const line of lines) {
      socket.write(`${line}\n`, "latin1");
      all.push(await reply());
    }
    socket.destroy();
    return all;
  }

  test("get the same replies to lines of every form", { timeout: 60_000 }, async () => {
    const [theirs, ours] = await Promise.all([converse(ports.varnishd), converse(ports.vclc)]);
    for (const [index, line] of lines.entries()) {
      const both = [ours, theirs].map((replies) => comparableReply(replies[index] ?? ""));
      expect.soft(both[0], line).toBe(both[1]);
    }
  });

  test("get the same answers", async () => {
    for (const command of commands) {
      const [theirs, ours] = await Promise.all([ask(ports.varnishd, command), ask(ports.vclc, command)]);
      expect.soft(comparable(command, ours), command.join(" ")).toEqual(comparable(command, theirs));
    }
  }, 120_000);
});
