import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { builtCli, temporaryFolder } from "../support/cli.js";
import { freePort, listening } from "../support/ports.js";
import { send, startOrigin, type Origin } from "../support/proxy.js";
import { runVclc } from "../support/vclc-run.js";

const synth = `vcl 4.1; backend none_here none; sub vcl_recv { return (synth(299)); }`;

/** An origin that answers after some seconds, and the VCL for it; `asked` resolves with its first request. */
async function slowOrigin(seconds: number): Promise<{ vcl: string; asked: Promise<void>; origin: Origin }> {
  let begun: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (begun = resolve));
  const origin = await startOrigin((_, response) => {
    begun();
    setTimeout(() => response.end("late"), seconds * 1000);
  });
  onTestFinished(() => origin.close());
  return { vcl: `vcl 4.1; backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }`, asked, origin };
}

describe("signals to vclc run", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("%s ends it with 0, idle connections at once", async (signal) => {
    const { child, port, exit } = await runVclc(synth, ["-a", "127.0.0.1:0"]);
    const idle = connect(port, "127.0.0.1");
    const closed = new Promise((resolve) => idle.once("end", resolve).once("error", resolve).resume());
    await new Promise((resolve) => idle.once("connect", resolve));
    await send(port, "/");
    const start = Date.now();
    child.kill(signal);
    expect(await exit).toBe(0);
    await closed;
    expect(Date.now() - start).toBeLessThan(3000);
  });

  test("SIGTERM says what it waits for; the request in flight is answered, new connections are not taken", async () => {
    const { vcl, asked } = await slowOrigin(0.7);
    const { child, port, exit, output } = await runVclc(vcl, ["-a", "127.0.0.1:0"]);
    const answer = send(port, "/");
    await asked;
    child.kill("SIGTERM");
    await wait(200);
    expect(output()).toContain("vclc: stopping, waiting for 1 request, 30 s at most\n");
    await expect(send(port, "/new")).rejects.toThrow("ECONNREFUSED");
    expect((await answer).body).toBe("late");
    expect(await exit).toBe(0);
  });

  test("--drain-time cuts off what takes longer", async () => {
    const { vcl, asked } = await slowOrigin(30);
    const { child, port, exit } = await runVclc(vcl, ["-a", "127.0.0.1:0", "--drain-time", "0.5"]);
    const answer = send(port, "/").catch((error: NodeJS.ErrnoException) => error.code);
    await asked;
    const start = Date.now();
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
    expect(await answer).toBe("ECONNRESET");
    expect(Date.now() - start).toBeLessThan(4000);
  });

  test("a second SIGTERM ends it at once, with 1", async () => {
    const { vcl, asked } = await slowOrigin(30);
    const { child, port, exit, output } = await runVclc(vcl, ["-a", "127.0.0.1:0"]);
    void send(port, "/").catch(() => undefined);
    await asked;
    child.kill("SIGTERM");
    while (!output().includes("stopping")) await wait(20);
    child.kill("SIGTERM");
    expect(await exit).toBe(1);
  });

  test("half a request and a client that sends nothing do not hold up SIGTERM", async () => {
    const { child, port, exit } = await runVclc(synth, ["-a", "127.0.0.1:0", "--drain-time", "1"]);
    const half = connect(port, "127.0.0.1", () => half.write("GET / HTTP/1.1\r\nHos"));
    const silent = connect(port, "127.0.0.1");
    for (const socket of [half, silent]) socket.on("error", () => undefined);
    await wait(200);
    const start = Date.now();
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
    expect(Date.now() - start).toBeLessThan(4000);
  });

  test("SIGHUP ends nothing: requests before, meanwhile and after it are answered", async () => {
    const { vcl, asked } = await slowOrigin(0.5);
    const { child, port, exit } = await runVclc(vcl, ["-a", "127.0.0.1:0"]);
    const answer = send(port, "/slow");
    await asked;
    for (let times = 0; times < 3; times++) child.kill("SIGHUP");
    expect((await answer).body).toBe("late");
    expect((await send(port, "/slow")).body).toBe("late");
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
  });

  test("whoever read what it prints may go: it serves on", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "main.vcl"), synth);
    const port = await freePort();
    const child = spawn(
      process.execPath,
      [builtCli(), "run", "-f", "main.vcl", "-a", `127.0.0.1:${port}`, "--log"],
      { cwd: folder },
    );
    onTestFinished(() => void child.kill("SIGKILL"));
    const exit = new Promise((resolve) => child.on("exit", resolve));
    child.stdout.destroy();
    child.stderr.destroy();
    await listening(port);
    for (let times = 0; times < 20; times++) expect((await send(port, "/")).status).toBe(299);
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
  });
});
