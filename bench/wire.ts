import { execFile, execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server as Origin } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort, listening } from "../test/support/ports.js";
import { median, row, type Scratch } from "./measure.js";
import { startVarnishd, startVclc, stopProcess, type Server } from "./servers.js";

const rounds = 3;
const seconds = 2;
const idle = 10_000;
/** Bytes of memory that an idle connection may take more than varnishd's. */
const mostMore = 4096;
const sizes: Readonly<Record<string, number>> = { "/1k": 1024, "/64k": 64 * 1024, "/10m": 10 * 1024 * 1024 };

/** Answers of a size by their path, as an origin and as the server to compare with. */
const program = `const sizes = ${JSON.stringify(sizes)};
const bodies = Object.fromEntries(Object.entries(sizes).map(([path, size]) => [path, Buffer.alloc(size, "x")]));
const server = require("node:http").createServer((request, response) => {
  const body = bodies[request.url] ?? bodies["/1k"];
  response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": body.length });
  response.end(body);
});`;

/** What wrk reached: bytes a second are the body's share times the requests. */
interface Reached {
  readonly rate: number;
  /** Milliseconds that 99 of 100 requests took at most. */
  readonly p99: number;
}

const miss = 'n = 0\nfunction request() n = n + 1 return wrk.format(nil, "/" .. n .. os.time()) end';

/** Large hits, misses, how long the slowest wait and what idle connections take: beside varnishd and a bare server in the same run. */
export async function benchWire(scratch: Scratch): Promise<void> {
  console.log(`\nBodies as they are, misses and idle connections, median of ${rounds} times ${seconds} s`);
  if (!scratch.has("wrk") || !scratch.has("varnishd"))
    return row("requests per second", "skipped: no wrk or no varnishd here");
  const origin = await listenForSizes();
  const vcl = scratch.file(
    "wire.vcl",
    `vcl 4.1; backend b { .host = "127.0.0.1"; .port = "${(origin.address() as AddressInfo).port}"; }
sub vcl_backend_response { set beresp.ttl = 1h; }`,
  );
  const [ours, theirs, bare] = [
    await startVclc(scratch, vcl, ["-s", "malloc,512m"]),
    await startVarnishd(scratch, vcl, "malloc,512m"),
    await startBare(),
  ];
  try {
    await compare("hits of 64 KB, beside node:http", [ours.port, bare.port], "/64k", 1);
    await compare("hits of 10 MB, beside varnishd", [ours.port, theirs.port], "/10m", 0.8);
    await compare(
      "misses of 1 KB, beside varnishd",
      [ours.port, theirs.port],
      scratch.file("miss.lua", miss),
      0.8,
    );
    await comparePatience(ours.port, theirs.port);
  } finally {
    for (const server of [ours, theirs, bare]) await server.stop();
  }
  await compareIdle(scratch, vcl).finally(() => origin.close());
}

/** `what` is a path, or a wrk script that makes its own. */
async function compare(
  name: string,
  ports: readonly [number, number],
  what: string,
  least: number,
): Promise<void> {
  const rates = await inTurn(ports, what, ({ rate }) => rate);
  const ratio = rates[0] / rates[1];
  const reached = ratio >= least ? "within" : "UNDER";
  row(
    name,
    `${rates[0].toFixed(0)} /s`,
    `of ${rates[1].toFixed(0)}, ratio ${ratio.toFixed(2)}, ${reached} the aim of ${least}`,
  );
}

async function comparePatience(ours: number, theirs: number): Promise<void> {
  const [own, reference] = await inTurn([ours, theirs], "/1k", ({ p99 }) => p99);
  const reached = own <= reference ? "within" : "OVER";
  row(
    "99 of 100 hits of 1 KB",
    `${own.toFixed(2)} ms`,
    `varnishd ${reference.toFixed(2)} ms: ${reached} the aim`,
  );
}

async function inTurn(
  ports: readonly [number, number],
  what: string,
  figure: (reached: Reached) => number,
): Promise<readonly [number, number]> {
  const figures: readonly [number[], number[]] = [[], []];
  for (const port of ports) await reach(port, what, 1);
  for (let round = 0; round < rounds; round++) {
    for (const [at, port] of ports.entries()) figures[at]?.push(figure(await reach(port, what, seconds)));
  }
  return [median(figures[0]), median(figures[1])];
}

async function reach(port: number, what: string, duration: number): Promise<Reached> {
  const [path, script] = what.startsWith("/") && what in sizes ? [what, []] : ["/", ["-s", what]];
  const args = ["-t1", "-c32", "--latency", `-d${duration}s`, ...script, `http://127.0.0.1:${port}${path}`];
  const { stdout: report } = await promisify(execFile)("wrk", args);
  if (/Non-2xx/.test(report)) throw new Error(`port ${port} answered with errors:\n${report}`);
  const [, number, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(report) ?? [];
  const scale = { us: 0.001, ms: 1, s: 1000 }[unit ?? ""] ?? NaN;
  return { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1]), p99: Number(number) * scale };
}

/** Resident bytes for each of many connections that have asked for something once, in processes that have done nothing else. */
async function compareIdle(scratch: Scratch, vcl: string): Promise<void> {
  const [ours, theirs] = [await startVclc(scratch, vcl), await startVarnishd(scratch, vcl)];
  try {
    for (const server of [ours, theirs]) await server.commands.ask("param.set timeout_idle 60");
    const worker = Number(execFileSync("pgrep", ["-P", String(theirs.pid)], { encoding: "utf8" }));
    const own = await bytesForIdle(ours.port, ours.pid);
    const reference = await bytesForIdle(theirs.port, worker);
    const reached = own <= reference + mostMore ? "within" : "OVER";
    row(
      `one of ${idle} idle connections`,
      `${own.toFixed(0)} B`,
      `varnishd ${reference.toFixed(0)} B: ${reached} the aim`,
    );
  } finally {
    await ours.stop();
    await theirs.stop();
  }
}

async function bytesForIdle(port: number, pid: number): Promise<number> {
  const before = residentBytes(pid);
  const sockets: Socket[] = [];
  while (sockets.length < idle) {
    const some = Array.from({ length: 200 }, () => asked(port));
    sockets.push(...(await Promise.all(some)));
  }
  await wait(1500);
  const after = residentBytes(pid);
  for (const socket of sockets) socket.destroy();
  return (after - before) / idle;
}

function asked(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("GET /1k HTTP/1.1\r\nHost: x\r\n\r\n"));
    socket.once("data", () => resolve(socket)).on("error", reject);
  });
}

function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

async function startBare(): Promise<Pick<Server, "port" | "stop">> {
  const port = await freePort();
  const child = spawn(process.execPath, ["-e", `${program}\nserver.listen(${port}, "127.0.0.1");`], {
    stdio: "ignore",
  });
  await listening(port);
  return { port, stop: () => stopProcess(child) };
}

function listenForSizes(): Promise<Origin> {
  const bodies = new Map(Object.entries(sizes).map(([path, size]) => [path, Buffer.alloc(size, "x")]));
  const server = createServer(({ url = "" }, response) => {
    const body = bodies.get(url) ?? bodies.get("/1k");
    response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": body?.length });
    response.end(body);
  });
  return new Promise((done, failed) =>
    server.once("error", failed).listen(0, "127.0.0.1", () => done(server)),
  );
}
