import { execFile, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { builtCli, temporaryFolder, vclc } from "../support/cli.js";
import { isInstalled } from "../support/installed.js";
import { freePort, listening } from "../support/ports.js";
import { send } from "../support/proxy.js";

const vcl = 'vcl 4.1; backend b none; sub vcl_recv { return (synth(200, "Fine")); }';

function started(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [builtCli(), "varnishd", ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

function gone(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", resolve));
}

function varnishadm(folder: string, ...command: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("varnishadm", ["-n", folder, ...command], (error, stdout, stderr) => {
      if (error) reject(new Error(stderr));
      else resolve(stdout);
    });
  });
}

describe("vclc varnishd", () => {
  test("-F serves until SIGTERM; -P names the process; nothing stays behind", async () => {
    const folder = temporaryFolder();
    const port = await freePort();
    writeFileSync(join(folder, "main.vcl"), vcl);
    const pid = join(folder, "pid");
    const place = ["-a", `127.0.0.1:${port}`, "-n", join(folder, "n"), "-P", pid];
    const child = started([
      "-F",
      "-f",
      join(folder, "main.vcl"),
      ...place,
      "-j",
      "none",
      "-p",
      "thread_pools=1",
    ]);
    await listening(port);
    expect((await send(port, "/")).status).toBe(200);
    expect(readFileSync(pid, "utf8")).toBe(`${child.pid}\n`);
    child.kill("SIGTERM");
    expect(await gone(child)).toBe(0);
    expect(existsSync(pid)).toBe(false);
    expect(existsSync(join(folder, "n", "_.vsm_mgt"))).toBe(false);
  }, 30_000);

  test("-F writes an access log, and tells failures on standard error, with the options of vclc run", async () => {
    const folder = temporaryFolder();
    const port = await freePort();
    writeFileSync(join(folder, "main.vcl"), 'vcl 4.1; backend b { .host = "127.0.0.1"; .port = "1"; }');
    const log = join(folder, "access.log");
    const place = ["-a", `127.0.0.1:${port}`, "-n", join(folder, "n"), "-f", join(folder, "main.vcl")];
    const child = started(["--access-log", log, "-F", ...place, "--log-format=json"]);
    let told = "";
    child.stderr?.on("data", (chunk: Buffer) => (told += chunk.toString()));
    await listening(port);
    expect((await send(port, "/wanted")).status).toBe(503);
    child.kill("SIGTERM");
    expect(await gone(child)).toBe(0);
    expect(readFileSync(log, "latin1")).toMatch(/"GET http:\/\/127\.0\.0\.1:\d+\/wanted HTTP\/1\.1" 503 /);
    expect(JSON.parse(told)).toMatchObject({ level: "warn", tag: "FetchError" });
  }, 30_000);

  test.skipIf(!isInstalled("varnishadm"))(
    "varnishadm -n finds it: stop and start again, with what was loaded",
    async () => {
      const folder = temporaryFolder();
      const port = await freePort();
      const child = started(["-F", "-b", "none", "-a", `main=127.0.0.1:${port}`, "-n", folder]);
      await listening(port);
      expect(await varnishadm(folder, "status")).toContain("Child in state running");
      expect(await varnishadm(folder, "debug.listen_address")).toBe(`main 127.0.0.1 ${port}\n\n`);
      await varnishadm(folder, "stop");
      expect(await varnishadm(folder, "status")).toContain("Child in state stopped");
      await expect(send(port, "/")).rejects.toThrow("ECONNREFUSED");
      await varnishadm(folder, "start");
      expect((await send(port, "/")).status).toBe(503);
      expect(await varnishadm(folder, "vcl.list")).toContain("boot");
      child.kill("SIGTERM");
      expect(await gone(child)).toBe(0);
    },
    30_000,
  );

  test("-d takes commands on standard input and starts when told; its end is the end", async () => {
    const port = await freePort();
    const child = started(["-d", "-a", `127.0.0.1:${port}`, "-n", temporaryFolder()]);
    let output = "";
    child.stdout?.setEncoding("latin1").on("data", (chunk: string) => (output += chunk));
    child.stdin?.write(`start\nvcl.inline one << END\n${vcl}\nEND\nvcl.use one\nstart\n`);
    await listening(port);
    expect(output).toContain("300 17      \nNo VCL available\n");
    expect((await send(port, "/")).status).toBe(200);
    child.stdin?.end();
    expect(await gone(child)).toBe(0);
  }, 30_000);

  test("-M connects to whoever gives commands, who must know the secret", async () => {
    const folder = temporaryFolder();
    const master: Server = createServer();
    await new Promise<void>((resolve) => master.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void master.close());
    const address = master.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const greeting = new Promise<string>((resolve) => {
      master.once("connection", (socket) => socket.once("data", (data) => resolve(data.toString("latin1"))));
    });
    const child = started(["-d", "-n", folder, "-a", "127.0.0.1:0", "-M", `127.0.0.1 ${port}`]);
    expect(await greeting).toMatch(/^107 59 {6}\n[a-z]{32}\n\nAuthentication required\.\n/);
    const secret = join(folder, "_.secret");
    expect(readFileSync(secret, "utf8")).toMatch(/^[0-9a-f]{256}$/);
    expect(statSync(secret).mode & 0o777).toBe(0o640);
    child.stdin?.end();
    await gone(child);
    expect(existsSync(secret)).toBe(false);
  }, 30_000);

  test("without -F it returns once it serves, and goes on in the background", async () => {
    const folder = temporaryFolder();
    const port = await freePort();
    const pid = join(folder, "pid");
    const child = started(["-b", "none", "-a", `127.0.0.1:${port}`, "-n", join(folder, "n"), "-P", pid]);
    let told = "";
    child.stderr?.on("data", (chunk: Buffer) => (told += chunk.toString()));
    // What is in the background keeps standard error open.
    expect(await gone(child)).toBe(0);
    expect(told).toBe("");
    const process_ = Number(readFileSync(pid, "utf8"));
    expect((await send(port, "/")).status).toBe(503);
    process.kill(process_, "SIGTERM");
    for (let left = 100; existsSync(pid) && left > 0; left--) await wait(50);
    expect(existsSync(pid)).toBe(false);
  }, 30_000);

  test("bad arguments say what is wrong", async () => {
    const said = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await vclc(["varnishd", ...args]);
      expect(code).not.toBe(0);
      return stderr.replace("\n(-? gives usage)\n", "");
    };
    const n = ["-F", "-n", temporaryFolder()];
    expect(await said("-F", "--nothing")).toBe("Error: there is no option --nothing");
    expect(await said("-F", "--access-log")).toBe("Error: option --access-log needs a value");
    expect(await said("-F", "-Z")).toBe("Error: there is no option -Z");
    expect(await said("-F", "-a")).toBe("Error: option -a needs a value");
    expect(await said("-F", "x")).toBe("Error: Too many arguments (x)");
    expect(await said("-F", "-p", "nosuch=1")).toBe('Error: unknown parameter "nosuch"');
    expect(await said(...n, "-s", "tape,/x,1G")).toContain('unknown storage "tape"');
    expect(await said(...n, "-b", "a b")).toBe("Error: invalid -b argument: a b");
    expect(await said(...n, "-a", "127.0.0.1:0")).toContain("Neither -b nor -f given");
  }, 60_000);

  test("-x prints documents, as varnishd does: the same options, parameters, records", async () => {
    const printed = async (document: string): Promise<string> =>
      (await vclc(["varnishd", "-x", document])).stdout;
    expect(await printed("builtin")).toContain("sub vcl_recv {");
    expect(await printed("cli")).toContain("\nparam.set [-j] <param> <value>\n~~~~");
    expect(await printed("parameter")).toContain(
      "default_ttl\n~~~~~~~~~~~\n\t* Units: seconds\n\t* Default: 120.000\n\t* Minimum: 0.000\n\n",
    );
    for (const [args, why] of [
      [["-x", "nosuch"], "Invalid -x argument"],
      [["-F", "-x", "cli"], "-x must be the first argument"],
      [["-x", "cli", "-F"], "Too many arguments for -x"],
    ] as const) {
      const { code, stderr } = await vclc(["varnishd", ...args]);
      expect([code, stderr]).toEqual([2, `Error: ${why}\n(-? gives usage)\n`]);
    }
    if (!isInstalled("varnishd")) return;
    const reference = (document: string): string =>
      spawnSync("varnishd", ["-x", document], { encoding: "latin1" }).stdout;
    expect(await printed("optstring")).toBe(reference("optstring"));
    const titles = (text: string): readonly string[] =>
      [...text.matchAll(/^(\S.*)\n[-~]+$/gm)].map(([, title = ""]) => title).sort();
    expect(titles(await printed("vsl"))).toEqual(titles(reference("vsl")));
    const missing = (document: string, ours: string): readonly string[] => {
      const there = new Set(titles(ours).map((title) => title.split(" ")[0]));
      return titles(reference(document)).filter((title) => !there.has(title.split(" ")[0]));
    };
    // What depends on the platform, and is there on none that Node runs on.
    expect(missing("parameter", await printed("parameter"))).toEqual(["accept_filter"]);
  }, 60_000);

  test("-r takes parameters from commands, -E says that there are no extensions", async () => {
    const folder = temporaryFolder();
    const n = join(folder, "n");
    const port = await freePort();
    started([
      "-F",
      "-n",
      n,
      "-a",
      `127.0.0.1:${port}`,
      "-b",
      "none",
      "-r",
      "nuke_limit,default_ttl",
      "-r",
      "cli_limit",
    ]);
    await listening(port);
    for (const command of [
      ["param.set", "nuke_limit", "10"],
      ["param.reset", "default_ttl"],
      ["param.set", "cli_limit", "1k"],
    ]) {
      await expect(varnishadm(n, ...command)).rejects.toThrow("code 107");
    }
    expect(await varnishadm(n, "param.show", "nuke_limit")).toContain("NB: This parameter is protected");
    expect(await varnishadm(n, "param.set", "default_grace", "11")).toBe("\n");
    expect((await vclc(["varnishd", "-r", "nosuch", "-b", "none"])).stderr).toContain(
      "Unknown parameter nosuch",
    );
    expect((await vclc(["varnishd", "-E", "x", "-b", "none"])).stderr).toContain("-E loads an extension");
  }, 60_000);
});
