import { execFile, spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { CommandPort } from "vclc/host/node";
import { describe, expect, onTestFinished, test } from "vitest";
import { responseTo } from "../../src/runtime/command/authentication.js";
import { temporaryFolder } from "../support/cli.js";
import { controlOf } from "../support/control.js";
import { startProxy, type Proxy } from "../support/proxy.js";

const hasVarnishadm = spawnSync("varnishadm", ["-h"]).error === undefined;
if (!hasVarnishadm) console.warn("SKIPPED: tests of varnishadm need it, and it is not installed");

/** `script` of util-linux runs a program on a terminal of its own. */
const hasTerminal = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux");
if (!hasTerminal) console.warn("SKIPPED: tests on a terminal need script of util-linux");

const secret = "a secret of\u00ff bytes\n";

/** A proxy that answers 204, with a command port. */
async function started(withSecret = true): Promise<{ proxy: Proxy; port: number; secretFile: string }> {
  const proxy = await startProxy();
  await proxy.load("boot", "vcl 4.1; backend default none; sub vcl_recv { return (synth(204)); }");
  await proxy.instance.use("boot");
  const control = controlOf(proxy.instance);
  const commands = new CommandPort({
    address: "127.0.0.1",
    port: 0,
    control,
    ...(withSecret && { secret }),
  });
  const { port } = await commands.listen();
  onTestFinished(async () => {
    await commands.stop();
    await proxy.close();
  });
  const secretFile = join(temporaryFolder(), "secret");
  writeFileSync(secretFile, secret, "latin1");
  return { proxy, port, secretFile };
}

interface Client {
  readonly socket: Socket;
  /** Everything received so far. */
  text(): string;
  /** Waits until what was received matches. */
  until(pattern: RegExp): Promise<string>;
  readonly closed: Promise<void>;
}

function client(port: number): Client {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let text = "";
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => (text += chunk));
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  return {
    socket,
    closed,
    text: () => text,
    async until(pattern) {
      for (let i = 0; i < 500 && !pattern.test(text); i++) await wait(10);
      expect(text).toMatch(pattern);
      return text;
    },
  };
}

/** A client that has proved to know the secret. */
async function trusted(port: number): Promise<Client> {
  const one = client(port);
  const [, challenge = ""] = /^107 .*\n([a-z]{32})\n/.exec(await one.until(/required\.\n\n/)) ?? [];
  one.socket.write(`auth ${responseTo(challenge, secret)}\n`);
  await one.until(/200 .*\n-+\nVarnish Cache CLI 1\.0/);
  return one;
}

function varnishadm(
  port: number,
  secretFile: string,
  args: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const at = ["-T", `127.0.0.1:${port}`, "-S", secretFile];
    execFile("varnishadm", [...at, ...args], { timeout: 10_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

describe.skipIf(!hasVarnishadm)("varnishadm", () => {
  test("gives one command, and fails when it is refused", async () => {
    const { port, secretFile } = await started();
    const listed = await varnishadm(port, secretFile, ["vcl.list"]);
    expect(listed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^active +auto +warm +0 +boot\n/),
    });
    const refused = await varnishadm(port, secretFile, ["vcl.use", "nobody"]);
    expect(refused).toMatchObject({ code: 1, stdout: "No VCL named nobody known\n" });
    expect(refused.stderr).toContain("Command failed with error code 106");
  });

  test("gives many, interactively, with a here-document among them", async () => {
    const { port, secretFile, proxy } = await started();
    const vcl = "vcl 4.1;\nbackend default none;\nsub vcl_recv { return (synth(299)); }\n";
    const child = spawn("varnishadm", ["-T", `127.0.0.1:${port}`, "-S", secretFile]);
    onTestFinished(() => void child.kill());
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("latin1")));
    const ask = async (text: string, answer: RegExp): Promise<void> => {
      child.stdin.write(text);
      for (let i = 0; i < 500 && !answer.test(output); i++) await wait(10);
      expect(output).toMatch(answer);
    };
    // It takes what comes at once for one command: each waits for the reply before it.
    await ask("ping\n", /PONG \d+ 1\.0\n/);
    await ask(`vcl.inline new << EOF\n${vcl}EOF\n`, /1\.0\n\n/);
    await ask("vcl.use new\n", /VCL 'new' now active/);
    await ask("quit\n", /Closing CLI connection/);
    expect((await proxy.get("/")).status).toBe(299);
  });

  test.skipIf(!hasTerminal)("talks on a terminal, with its prompt, until quit", async () => {
    const { port, secretFile, proxy } = await started();
    const command = `varnishadm -T 127.0.0.1:${port} -S ${secretFile}`;
    const child = spawn("script", ["-qec", command, "/dev/null"], { env: { ...process.env, TERM: "dumb" } });
    onTestFinished(() => void child.kill());
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("latin1")));
    const ended = new Promise((resolve) => child.on("close", resolve));
    /** Types, and waits for the reply and the prompt after it. */
    const type = async (text: string, reply: RegExp): Promise<void> => {
      const from = output.length;
      child.stdin.write(text);
      const answered = (): boolean => new RegExp(`${reply.source}[^]*varnish> `).test(output.slice(from));
      for (let i = 0; i < 500 && !answered(); i++) await wait(10);
      expect(output.slice(from)).toMatch(reply);
    };
    await type("", /Type 'quit' to close CLI session\.\r\n/);
    await type("status\r", /200\r\nChild in state running\r\n/);
    await type("nosuch\r", /101\r\nUnknown request\.\r\nType 'help' for more info\.\r\n/);
    const lines = ["vcl 4.1;", "backend none_here none;", "sub vcl_recv { return (synth(298)); }", "EOF"];
    await type(`vcl.inline typed << EOF\r${lines.join("\r")}\r`, /EOF\r\n[^]*200\r\n/);
    await type("vcl.use typed\r", /200\r\nVCL 'typed' now active\r\n/);
    expect((await proxy.get("/")).status).toBe(298);
    child.stdin.write("quit\r");
    expect(await ended).toBe(0);
    expect(output).toMatch(/500\r\nClosing CLI connection\r\n/);
  });

  test("with another secret gets nowhere", async () => {
    const { port } = await started();
    const other = join(temporaryFolder(), "other");
    writeFileSync(other, "guess\n");
    const { code, stderr } = await varnishadm(port, other, ["vcl.list"]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/Authentication failed|Rejected|error/i);
  });
});

describe("clients that mean no good", () => {
  test("a wrong answer is told late, and the connection ends", async () => {
    const { port } = await started();
    const one = client(port);
    await one.until(/required/);
    const begun = performance.now();
    one.socket.write("auth 00\n");
    await one.closed;
    expect(performance.now() - begun).toBeGreaterThan(900);
    expect(one.text()).toMatch(/500 0 {7}\n\n$/);
  });

  test("100 connections at once are greeted, and each is served", async () => {
    const { port, proxy } = await started();
    const clients = await Promise.all(Array.from({ length: 100 }, () => trusted(port)));
    for (const one of clients) one.socket.write("status\n");
    await Promise.all(clients.map((one) => one.until(/Child in state running/)));
    expect((await proxy.get("/")).status).toBe(204);
  });

  test("half lines, binary, endless lines and sudden ends leave the port up and requests served", async () => {
    const { port, proxy } = await started();
    const half = await trusted(port);
    half.socket.write("vcl.li");
    const binary = await trusted(port);
    binary.socket.write(Buffer.from(Array.from({ length: 4096 }, (_, at) => at % 256)));
    const endless = await trusted(port);
    endless.socket.write("x".repeat(6 * 1024 * 1024));
    (await trusted(port)).socket.resetAndDestroy();
    client(port).socket.write(Buffer.alloc(1 << 20, 0x41));
    await endless.closed;
    expect((await proxy.get("/")).status).toBe(204);
    half.socket.write("st\n");
    await half.until(/active +auto/);
    await trusted(port);
  });

  test("a client that never reads holds up nobody", async () => {
    const { port, proxy } = await started();
    const deaf = await trusted(port);
    deaf.socket.pause();
    deaf.socket.write("help -j\n".repeat(20_000));
    await wait(100);
    const begun = performance.now();
    const statuses = await Promise.all(Array.from({ length: 50 }, async () => (await proxy.get("/")).status));
    expect(new Set(statuses)).toEqual(new Set([204]));
    expect(performance.now() - begun).toBeLessThan(3000);
    const other = await trusted(port);
    other.socket.write("ping\n");
    await other.until(/PONG/);
  });

  test("without a secret the banner comes at once, and quit closes", async () => {
    const { port } = await started(false);
    const one = client(port);
    await one.until(/^200 .*\n-+\nVarnish Cache CLI 1\.0/);
    one.socket.write("quit\n");
    await one.closed;
    expect(one.text()).toMatch(/500 22 {6}\nClosing CLI connection\n$/);
  });
});
