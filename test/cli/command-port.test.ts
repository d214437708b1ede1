import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { builtCli, temporaryFolder, vclc } from "../support/cli.js";
import { send } from "../support/proxy.js";

const answering = (status: number): string =>
  `vcl 4.1; backend none_here none; sub vcl_recv { return (synth(${status})); }`;

/** Starts `vclc run` and waits until it listens; answers with what it printed. */
async function run(args: readonly string[], cwd: string): Promise<{ child: ChildProcess; output: string }> {
  const child = spawn(process.execPath, [builtCli(), "run", "-a", "127.0.0.1:0", ...args], { cwd });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  for (let i = 0; i < 500 && !output.includes("Listening on"); i++) await wait(20);
  return { child, output };
}

function portOf(output: string, what: "Commands" | "Listening"): number {
  return Number(new RegExp(`${what} on 127\\.0\\.0\\.1:(\\d+)`).exec(output)?.[1]);
}

/** Sends lines to a command port that needs no secret, and answers with everything that came back. */
function converse(
  port: number,
  text: string,
  heard: (answer: string) => void = () => undefined,
): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(`${text}quit\n`));
    socket.setEncoding("latin1").on("data", (chunk: string) => heard((answer += chunk)));
    socket.on("close", () => resolve(answer));
  });
}

/** How many sockets of a process listen. */
function listeners(pid: number): number {
  const inodes = new Set<string>();
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? [];
      if (inode !== undefined) inodes.add(inode);
    } catch {
      // It was closed meanwhile.
    }
  }
  const rows = ["tcp", "tcp6"].flatMap((name) =>
    readFileSync(`/proc/${pid}/net/${name}`, "utf8").split("\n"),
  );
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((columns) => columns[3] === "0A" && inodes.has(columns[9] ?? "")).length;
}

describe("vclc run -T", () => {
  test("requests are answered while something large is compiled", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "main.vcl"), answering(201));
    const subs = Array.from(
      { length: 2000 },
      (_, at) => `sub s${at} { if (req.url ~ "^/${at}") { set req.url = "/"; } }\n`,
    );
    const calls = subs.map((_, at) => `call s${at};`).join(" ");
    writeFileSync(
      join(folder, "big.vcl"),
      `vcl 4.1; backend b none;\n${subs.join("")}sub vcl_recv { ${calls} }\n`,
    );
    const { output } = await run(["-f", "main.vcl", "-T", "127.0.0.1:0"], folder);
    const order: string[] = [];
    const load = converse(portOf(output, "Commands"), "ping\nvcl.load big big.vcl\n", (answer) => {
      if (answer.includes("PONG") && order.length === 0) {
        order.push("load begun");
        void send(portOf(output, "Listening"), "/").then(({ status }) => order.push(`request ${status}`));
      }
    });
    expect(await load).not.toContain("does not compile");
    order.push("load done");
    expect(order).toEqual(["load begun", "request 201", "load done"]);
  });

  test("a VMOD of --vmod-path is loaded over the port, and its wrong answers name it", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "main.vcl"), answering(201));
    writeFileSync(
      join(folder, "odd.vcc"),
      '$Module odd 3 "O"\n$Function STRING f(INT a = 1, ENUM {x, y} b = x)\n',
    );
    writeFileSync(join(folder, "odd.js"), "exports.f = () => 42;\n");
    writeFileSync(
      join(folder, "new.vcl"),
      "vcl 4.1; import odd; backend b none; sub vcl_recv { set req.http.X = odd.f(); return (synth(202)); }",
    );
    writeFileSync(join(folder, "only.vcc"), '$Module only 3 "An interface"\n$Function VOID f()\n');
    writeFileSync(
      join(folder, "none.vcl"),
      "vcl 4.1; import only; backend b none; sub vcl_recv { only.f(); }",
    );
    const { child, output } = await run(
      ["-f", "main.vcl", "-T", "127.0.0.1:0", "--vmod-path", ".", "--log"],
      folder,
    );
    let log = "";
    child.stdout?.on("data", (chunk: Buffer) => (log += chunk.toString("latin1")));
    const answer = await converse(
      portOf(output, "Commands"),
      "vcl.load new new.vcl\nvcl.use new\nvcl.load none none.vcl\n",
    );
    expect(answer).toContain("VCL 'new' now active");
    expect(answer).toMatch(
      /106 \d+ *\nNo implementation of VMOD at .*only\.ts or .*\nVCL compilation failed/,
    );
    expect((await send(portOf(output, "Listening"), "/")).status).toBe(503);
    await expect
      .poll(() => log)
      .toContain("VCL_Error      c VMOD function odd.f() answered with the number 42, its .vcc says STRING");
  });

  test("loads a file over the port and serves it; vcl.show -v shows includes and the built-in VCL", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "main.vcl"), answering(201));
    writeFileSync(join(folder, "part.vcl"), "sub part { return (synth(202)); }\n");
    writeFileSync(
      join(folder, "new.vcl"),
      'vcl 4.1; include "part.vcl"; backend b none; sub vcl_recv { call part; }',
    );
    const { child, output } = await run(["-f", "main.vcl", "-T", "127.0.0.1:0"], folder);
    const front = portOf(output, "Listening");
    expect((await send(front, "/")).status).toBe(201);
    const answer = await converse(
      portOf(output, "Commands"),
      "vcl.load bad part.vcl\nvcl.load new new.vcl\nvcl.use new\nvcl.show -v new\npid\n",
    );
    expect(answer).toMatch(/106 \d+ *\npart\.vcl:1:1: error: .*\n/);
    expect(answer).toContain("VCL compilation failed");
    expect(answer).toContain("VCL 'new' now active");
    expect(answer).toMatch(/\/\/ VCL\.SHOW 0 \d+ new\.vcl\n/);
    expect(answer).toMatch(/\/\/ VCL\.SHOW 1 \d+ .*part\.vcl\n/);
    expect(answer).toMatch(/\/\/ VCL\.SHOW 2 \d+ <builtin>\n/);
    expect(answer).toContain(`Master: ${String(child.pid).padStart(10)}`);
    expect((await send(front, "/")).status).toBe(202);
  });

  test("starts without VCL too, and answers 503 until one is in use", async () => {
    const { output } = await run(["-T", "127.0.0.1:0"], temporaryFolder());
    const front = portOf(output, "Listening");
    expect((await send(front, "/")).status).toBe(503);
    await converse(portOf(output, "Commands"), `vcl.inline a "${answering(203)}"\nvcl.use a\n`);
    expect((await send(front, "/")).status).toBe(203);
  });

  test.skipIf(process.platform !== "linux")("without it nothing listens but the front", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "main.vcl"), answering(201));
    const plain = await run(["-f", "main.vcl"], folder);
    expect(listeners(plain.child.pid ?? 0)).toBe(1);
    const commanded = await run(["-f", "main.vcl", "-T", "127.0.0.1:0"], folder);
    expect(listeners(commanded.child.pid ?? 0)).toBe(2);
  });

  test("an address that others reach needs a secret; wrong ones are one line and exit code 2", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "main.vcl"), answering(200));
    writeFileSync(join(folder, "empty"), "");
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    for (const [args, wrong] of [
      [["-T", ":6082"], "-T :6082 can be reached from other machines: give a secret file with -S"],
      [["-T", "0.0.0.0:6082"], "give a secret file with -S"],
      [["-T", "[::]:6082"], "give a secret file with -S"],
      [["-T", "nowhere"], '-T takes ADDRESS:PORT, not "nowhere"'],
      [["-T", "127.0.0.1:0", "-S", "none"], "cannot read none: No such file or directory"],
      [["-T", "127.0.0.1:0", "-S", "empty"], "empty is empty"],
      [["-T", `127.0.0.1:${port}`], `cannot listen on 127.0.0.1:${port}: the address is in use`],
    ] as const) {
      const { code, stderr } = await vclc(["run", "-a", "127.0.0.1:0", "-f", "main.vcl", ...args], folder);
      expect(stderr).toContain(wrong);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(code).toBe(2);
    }
  });
});
