import { execFile, spawn } from "node:child_process";
import { createServer, type Server as Origin } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { freePort, listening } from "../test/support/ports.js";
import { median, row, type Scratch } from "./measure.js";
import { startVarnishd, startVclc, stopProcess, type Server } from "./servers.js";

const rounds = 3;
const seconds = 3;
/** A policy of some twenty statements that caches everything its origin, at that port of the loopback, has. */
export function hitPolicy(port = 80): string {
  return `vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "${port}"; }
acl inside { "10.0.0.0"/8; "192.168.0.0"/16; }
sub vcl_recv {
  if (req.http.Host ~ "^www\\.") { set req.http.X-Site = "www"; } else { set req.http.X-Site = "other"; }
  if (req.url ~ "\\.(png|jpg|gif|css|js)(\\?.*)?$") { unset req.http.Cookie; }
  if (req.url ~ "^/admin") { return (pass); }
  if (client.ip ~ inside) { set req.http.X-Inside = "yes"; }
  if (req.http.User-Agent ~ "(?i)mobile") { set req.http.X-Device = "mobile"; }
  set req.url = regsub(req.url, "\\?utm_[a-z]+=[^&]*$", "");
  unset req.http.X-Evil;
  set req.http.X-Forwarded-Proto = "http";
  set req.http.X-Key = req.http.X-Site + ":" + req.url;
  unset req.http.Accept-Language;
  unset req.http.Cookie;
}
sub vcl_backend_response {
  set beresp.ttl = 1h;
  set beresp.grace = 1h;
}
sub vcl_deliver {
  if (obj.hits > 0) { set resp.http.X-Cache = "hit"; } else { set resp.http.X-Cache = "miss"; }
  set resp.http.X-Hits = obj.hits;
  unset resp.http.X-Powered-By;
}
`;
}

/**
 * Cached hits of 1 KB per second through `vclc run`, against a bare node:http server and against varnishd, all measured by wrk: in turn, the
 * median of some rounds.
 */
export async function benchProxy(scratch: Scratch): Promise<void> {
  console.log(
    `\nCached hits of 1 KB over the loopback, wrk -t1 -c32, median of ${rounds} times ${seconds} s`,
  );
  if (!scratch.has("wrk")) return row("requests per second", "skipped: no wrk here");
  const origin = await listenForHits();
  const vcl = scratch.file("hit.vcl", hitPolicy((origin.address() as AddressInfo).port));
  const servers = new Map([
    ["bare node:http", await startBareServer()],
    ["vclc run", await startVclc(scratch, vcl)],
  ]);
  try {
    if (scratch.has("varnishd")) servers.set("varnishd", await startVarnishd(scratch, vcl));
    else row("varnishd", "skipped: no varnishd here");
    const rates = await ratesInTurn(servers);
    for (const [name, rate] of rates) row(name, `${rate.toFixed(0)} /s`);
    const ours = rates.get("vclc run") ?? NaN;
    const ratio = ours / (rates.get("bare node:http") ?? NaN);
    ratioRow("ratio, vclc run : bare node:http", ratio, 1.1);
    const reference = rates.get("varnishd");
    if (reference !== undefined) ratioRow("ratio, vclc run : varnishd", ours / reference, 1);
  } finally {
    for (const server of servers.values()) await server.stop();
    origin.close();
  }
}

function ratioRow(name: string, ratio: number, least: number): void {
  row(name, ratio.toFixed(2), `${ratio >= least ? "within" : "UNDER"} the aim of ${least}`);
}

async function ratesInTurn(servers: ReadonlyMap<string, Running>): Promise<ReadonlyMap<string, number>> {
  const rates = new Map<string, number[]>();
  for (const { port } of servers.values()) await requestsPerSecond(port, 2); // warms it up
  for (let round = 0; round < rounds; round++) {
    for (const [name, { port }] of servers) {
      rates.set(name, [...(rates.get(name) ?? []), await requestsPerSecond(port, seconds)]);
    }
  }
  return new Map([...rates].map(([name, own]) => [name, median(own)]));
}

const body = "x".repeat(1024);

type Running = Pick<Server, "port" | "stop">;

/** What Node's HTTP alone can do: the same response, no policy, no cache. */
async function startBareServer(): Promise<Running> {
  const port = await freePort();
  const program = `const body = Buffer.alloc(1024, "x");
require("node:http").createServer((request, response) => {
  response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": 1024 });
  response.end(body);
}).listen(${port}, "127.0.0.1");`;
  const child = spawn(process.execPath, ["-e", program], { stdio: "ignore" });
  await listening(port);
  return { port, stop: () => stopProcess(child) };
}

/** An origin that answers everything with 1 KB. */
export function listenForHits(): Promise<Origin> {
  const server = createServer((_, response) => {
    response.writeHead(200, {
      "Content-Type": "text/plain",
      "Content-Length": body.length,
      "X-Powered-By": "bench",
    });
    response.end(body);
  });
  return new Promise((done, failed) =>
    server.once("error", failed).listen(0, "127.0.0.1", () => done(server)),
  );
}

/** What wrk reaches within so many seconds. */
export async function requestsPerSecond(port: number, duration: number): Promise<number> {
  const url = `http://127.0.0.1:${port}/page.css`;
  const { stdout: report } = await promisify(execFile)("wrk", ["-t1", "-c32", `-d${duration}s`, url]);
  if (/Non-2xx/.test(report)) throw new Error(`port ${port} answered with errors:\n${report}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1]);
}
