import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { send, startOrigin } from "../support/proxy.js";
import { exchangeBytes, runVclc, type RunningVclc } from "../support/vclc-run.js";
import { descriptors, residentMemory } from "./process-use.js";

const synth = `vcl 4.1; backend none_here none; sub vcl_recv { return (synth(200)); }`;
const megabytes = 1024 * 1024;
const get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

/** A connection to a proxy that reads nothing unless told to; it ends with the test. */
async function connection(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  await new Promise((resolve) => socket.once("connect", resolve));
  return socket.pause();
}

/** Seconds until the other side has ended the connection. */
async function secondsToEnd(socket: Socket): Promise<number> {
  const start = Date.now();
  await new Promise<void>((resolve) => {
    for (const event of ["end", "error", "close"]) socket.once(event, () => resolve());
    socket.resume();
  });
  return (Date.now() - start) / 1000;
}

/** Seconds that an ordinary client waits for its answer. */
async function secondsToAnswer(port: number): Promise<number> {
  const start = Date.now();
  expect((await send(port, "/")).status).toBe(200);
  return (Date.now() - start) / 1000;
}

async function settles(proxy: RunningVclc, before: number): Promise<void> {
  const pid = proxy.child.pid as number;
  for (let tries = 0; tries < 100 && descriptors(pid) > before; tries++) await wait(50);
  expect(descriptors(pid)).toBeLessThanOrEqual(before);
}

/** Starts a proxy that has answered before, and notes what it uses then. */
async function warmProxy(
  vcl: string,
  args: readonly string[] = [],
): Promise<RunningVclc & { readonly pid: number; readonly before: number }> {
  const proxy = await runVclc(vcl, ["-a", "127.0.0.1:0", ...args.flatMap((parameter) => ["-p", parameter])]);
  await secondsToAnswer(proxy.port);
  const pid = proxy.child.pid as number;
  return { ...proxy, pid, before: descriptors(pid) };
}

describe.runIf(process.platform === "linux")("a client that takes its time", () => {
  test.each([
    ["silence", "", ""],
    ["half a head", "GET / HTTP/1.1\r\nHost: h\r\nX", ""],
    ["a head that drips", "GET / HTTP/1.1\r\nX: ", "x"],
    ["blank lines that drip", "", "\r\n"],
    ["half a body", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf", ""],
    ["half a chunk", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf", ""],
  ])("300 times %s: others are answered, and all are cut off", async (_, begin, drip) => {
    const proxy = await warmProxy(synth, ["timeout_idle=1.5"]);
    const slow = await Promise.all(Array.from({ length: 300 }, () => connection(proxy.port)));
    for (const socket of slow) socket.write(begin);
    const dripping = setInterval(() => {
      for (const socket of slow) if (drip !== "" && socket.writable) socket.write(drip);
    }, 200);
    onTestFinished(() => clearInterval(dripping));
    await wait(400);
    expect(await secondsToAnswer(proxy.port)).toBeLessThan(5);
    const seconds = await Promise.all(slow.map(secondsToEnd));
    expect(Math.max(...seconds)).toBeLessThan(15);
    await settles(proxy, proxy.before);
  });
});

describe.runIf(process.platform === "linux")("a client that sends without end", () => {
  test.each([
    ["a URL", "GET /", "a".repeat(65_536)],
    ["a field", "GET / HTTP/1.1\r\nX: ", "a".repeat(65_536)],
    ["fields", "GET / HTTP/1.1\r\n", "X: a\r\n".repeat(10_000)],
    [
      "a chunk extension",
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;",
      "a".repeat(65_536),
    ],
    [
      "trailers",
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
      "X: a\r\n".repeat(10_000),
    ],
    ["zero bytes", "", "\0".repeat(65_536)],
  ])("%s: is cut off, and takes no memory", async (_, begin, more) => {
    const proxy = await warmProxy(synth, ["timeout_idle=1.5"]);
    const memory = residentMemory(proxy.pid);
    const socket = await connection(proxy.port);
    let sent = 0;
    const pour = (): void => {
      while (socket.writable && sent < 64 * megabytes) {
        sent += more.length;
        if (!socket.write(more)) return;
      }
    };
    socket.on("drain", pour);
    socket.write(begin);
    pour();
    expect(await secondsToEnd(socket)).toBeLessThan(15);
    expect(residentMemory(proxy.pid) - memory).toBeLessThan(48 * megabytes);
    expect(await secondsToAnswer(proxy.port)).toBeLessThan(5);
  });

  // As in Varnish, these may come for as long as the client likes: they cost nothing.
  test.each([
    ["blank lines before a request", "", "\r\n"],
    ["zeros before a chunk size", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", "0"],
  ])("%s: they are not kept", async (_, begin, more) => {
    const proxy = await warmProxy(synth, ["timeout_idle=1.5"]);
    const memory = residentMemory(proxy.pid);
    const socket = await connection(proxy.port);
    socket.write(begin);
    for (let megabyte = 0; megabyte < 64 && socket.writable; megabyte++) {
      if (socket.write(more.repeat(megabytes / more.length))) continue;
      await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), wait(2000)]);
    }
    expect(residentMemory(proxy.pid) - memory).toBeLessThan(48 * megabytes);
    expect(await secondsToAnswer(proxy.port)).toBeLessThan(5);
  });

  test("3,000 requests in one write: all are answered in order, one at a time, and others meanwhile", async () => {
    let [now, most] = [0, 0];
    const origin = await startOrigin((request, response) => {
      most = Math.max(most, ++now);
      setImmediate(() => {
        now--;
        response.end(request.url);
      });
    });
    onTestFinished(() => origin.close());
    const proxy = await warmProxy(
      `vcl 4.1; backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }
      sub vcl_recv { if (req.url == "/") { return (synth(200)); } return (pass); }`,
    );
    const text = Array.from({ length: 3000 }, (_, index) => `GET /${index} HTTP/1.1\r\nHost: h\r\n`);
    const last = text.pop() as string;
    const answers = exchangeBytes(
      { port: proxy.port, host: "127.0.0.1" },
      `${text.join("\r\n")}\r\n${last}Connection: close\r\n\r\n`,
    );
    let descriptorsUsed = 0;
    for (let round = 0; round < 5; round++) {
      await wait(50);
      descriptorsUsed = Math.max(descriptorsUsed, descriptors(proxy.pid));
      expect(await secondsToAnswer(proxy.port)).toBeLessThan(5);
    }
    const urls = [...(await answers).matchAll(/\r\n\r\n\/(\d+)/g)].map((match) => Number(match[1]));
    expect(urls).toEqual(Array.from({ length: 3000 }, (_, index) => index));
    expect(most).toBe(1);
    expect(descriptorsUsed).toBeLessThan(proxy.before + 10);
  }, 60_000);
});

describe.runIf(process.platform === "linux")("a client that reads nothing", () => {
  test("of 20 objects of 10 MB: memory stays, and it is cut off after idle_send_timeout", async () => {
    const origin = await startOrigin((_, response) => response.end(Buffer.alloc(10 * megabytes)));
    onTestFinished(() => origin.close());
    const proxy = await warmProxy(`vcl 4.1; backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }`, [
      "idle_send_timeout=1.5",
    ]);
    const memory = residentMemory(proxy.pid);
    const deaf = await Promise.all(Array.from({ length: 20 }, () => connection(proxy.port)));
    for (const socket of deaf) socket.write(get);
    await wait(1000);
    expect(residentMemory(proxy.pid) - memory).toBeLessThan(64 * megabytes);
    await settles(proxy, proxy.before + 2);
    expect(await secondsToAnswer(proxy.port)).toBeLessThan(5);
  });

  test("of its answers and asks on: it is not read any more, and cut off", async () => {
    const proxy = await warmProxy(synth, ["idle_send_timeout=1.5"]);
    const memory = residentMemory(proxy.pid);
    const deaf = await connection(proxy.port);
    const many = get.repeat(10_000);
    let written = 0;
    const pour = (): void => {
      while (deaf.writable && written < 200 * megabytes) {
        written += many.length;
        if (!deaf.write(many)) return;
      }
    };
    deaf.on("drain", pour);
    pour();
    await wait(1000);
    expect(written).toBeLessThan(100 * megabytes);
    expect(residentMemory(proxy.pid) - memory).toBeLessThan(96 * megabytes);
    expect(await secondsToAnswer(proxy.port)).toBeLessThan(5);
    await settles(proxy, proxy.before);
  });
});
