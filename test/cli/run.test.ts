import { spawn, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { builtCli, temporaryFolder, vclc } from "../support/cli.js";
import { send, startOrigin } from "../support/proxy.js";

const answering = (status: number): string =>
  `vcl 4.1; backend none_here none; sub vcl_recv { return (synth(${status})); }`;

interface Running {
  readonly port: number;
  readonly child: ChildProcess;
  /** Resolves with the exit code. */
  readonly exit: Promise<number | null>;
}

/** Starts `vclc run` on a free port and waits until it listens. */
async function run(args: readonly string[], cwd: string): Promise<Running> {
  const child = spawn(process.execPath, [builtCli(), "run", "-a", "127.0.0.1:0", ...args], { cwd });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exit = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const port = await new Promise<number>((resolve, reject) => {
    let text = "";
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const found = /Listening on 127\.0\.0\.1:(\d+)/.exec(text);
      if (found) resolve(Number(found[1]));
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", () => reject(new Error(text)));
  });
  return { port, child, exit };
}

describe("vclc run", () => {
  test("answers requests with the VCL of -f, and ends with 0 on SIGTERM", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "main.vcl"), answering(299));
    const { port, child, exit } = await run(["-f", "main.vcl"], folder);
    expect((await send(port, "/")).status).toBe(299);
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
  });

  test("a load that waits for the DNS alone is waited for", async () => {
    const folder = temporaryFolder();
    const silent = createSocket("udp4").bind(0, "127.0.0.1");
    onTestFinished(() => void silent.close());
    await once(silent, "listening");
    const place = `127.0.0.1:${silent.address().port}`;
    const call = `svc.dns("web=web.example.com:80", servers = "${place}", timeout = 0.2s)`;
    const vcl = `vcl 4.1; import svc; backend none_here none; sub vcl_init { new s = ${call}; }`;
    writeFileSync(join(folder, "main.vcl"), vcl);
    const { code, stderr } = await vclc(["run", "-a", "127.0.0.1:0", "-f", "main.vcl"], folder);
    expect([code, stderr]).toEqual([
      expect.not.toBeOneOf([0, 13]),
      expect.stringContaining(`DNS of ${place}`),
    ]);
  });

  test("SIGTERM lets the request in flight finish", async () => {
    let begun: () => void = () => undefined;
    const inFlight = new Promise<void>((resolve) => (begun = resolve));
    const origin = await startOrigin((_, response) => {
      begun();
      setTimeout(() => response.end("late"), 400);
    });
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, "main.vcl"),
      `vcl 4.1; backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }`,
    );
    const { port, child, exit } = await run(["-f", "main.vcl"], folder);
    const answer = send(port, "/");
    await inFlight;
    child.kill("SIGTERM");
    expect((await answer).body).toBe("late");
    expect(await exit).toBe(0);
    await origin.close();
  });

  test("-I runs Varnish's commands: load, inline, label, use, discard; a failure after - does not matter", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "policy.vcl"), answering(298));
    writeFileSync(
      join(folder, "start.cli"),
      `# policies first
vcl.load policy "policy.vcl"
-vcl.load missing missing.vcl
vcl.label the_policy policy
vcl.inline main << END
vcl 4.1; backend none_here none;
sub vcl_recv { return (dispatch(the_policy)); }
END
vcl.inline old "vcl 4.1; backend none_here none;"
vcl.discard o*
vcl.use main
`,
    );
    const { port, child } = await run(["-I", "start.cli"], folder);
    expect((await send(port, "/")).status).toBe(298);
    child.kill("SIGTERM");
  });

  test("-p sets parameters, -i the identity, --vmod-path finds a VMOD of one's own", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "hi.vcc"), '$Module hi 3 "Says hi"\n\n$Function STRING to(STRING name)\n');
    writeFileSync(
      join(folder, "hi.ts"),
      "export function to(_task: unknown, name?: string): string {\n  return `hi ${name}`;\n}\n",
    );
    writeFileSync(
      join(folder, "main.vcl"),
      `vcl 4.1; import hi; backend none_here none;
      sub vcl_recv { return (synth(200)); }
      sub vcl_synth {
        set resp.http.X = hi.to(server.identity) + " " + param.default_ttl;
        return (deliver);
      }`,
    );
    const flags = ["-f", "main.vcl", "--vmod-path", ".", "-p", "default_ttl=7s", "-i", "me"];
    const { port, child } = await run(flags, folder);
    expect((await send(port, "/")).headers["x"]).toBe("hi me 7.000");
    child.kill("SIGTERM");
  });

  test("wrong options, unreadable files, refused commands and a port in use are one line and exit code 2", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "main.vcl"), answering(200));
    writeFileSync(join(folder, "bad.cli"), "vcl.load main main.vcl\nvcl.use nobody\n");
    writeFileSync(join(folder, "quote.cli"), 'vcl.load "main\n');
    writeFileSync(join(folder, "word.cli"), "vcl.frob x\n");
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    for (const [args, wrong] of [
      [[], "nothing to run: give a VCL file with -f, or a file of commands with -I"],
      [["-f", "none.vcl"], "cannot read none.vcl: No such file or directory"],
      [["-I", "none.cli"], "cannot read none.cli: No such file or directory"],
      [["-I", "bad.cli"], "bad.cli:2: vcl.use nobody: No VCL named nobody known"],
      [["-I", "quote.cli"], "quote.cli: line 1: Missing '\"'"],
      [["-I", "word.cli"], "word.cli:1: vcl.frob x: Unknown request."],
      [["-f", "main.vcl", "-a", "127.0.0.1:8080,TLS"], '-a 127.0.0.1:8080,TLS: "TLS" is no protocol'],
      [["-f", "main.vcl", "-a", "nowhere.invalid"], "cannot listen on nowhere.invalid: "],
      [["-f", "main.vcl", "-p", "nope=1"], 'unknown parameter "nope"'],
      [["-f", "main.vcl", "-p", "default_ttl=soon"], "parameter default_ttl=soon: Invalid number (soon)"],
      [["-f", "main.vcl", "-s", "much"], '-s much: unknown storage "much"'],
      [
        ["-f", "main.vcl", "-a", `127.0.0.1:${port}`],
        `cannot listen on 127.0.0.1:${port}: the address is in use`,
      ],
      [["-f", "main.vcl", "--frob"], "unknown option '--frob'"],
    ] as const) {
      const { code, stderr } = await vclc(["run", ...args], folder);
      expect(stderr).toContain(wrong);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(code).toBe(2);
    }
    taken.close();
  });

  test("VCL with errors is reported with its place, and ends with 1", async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, "main.vcl"),
      "vcl 4.1;\nbackend b none;\nsub vcl_recv { set req.nope = 1; }\n",
    );
    const { code, stderr } = await vclc(["run", "-f", "main.vcl"], folder);
    expect(stderr).toContain("main.vcl:3:");
    expect(code).toBe(1);
  });

  test("a client that keeps its connection open does not keep the process alive", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "main.vcl"), answering(200));
    const { port, child, exit } = await run(["-f", "main.vcl"], folder);
    await new Promise((resolve) => {
      httpRequest({ port, host: "127.0.0.1", headers: { connection: "keep-alive" } }, (response) => {
        response.resume().on("end", resolve);
      })
        .on("error", () => undefined)
        .end();
    });
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
  });
});
