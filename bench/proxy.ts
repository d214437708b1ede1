import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:http";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { row, type Scratch } from "./measure.js";

const seconds = 5;
const ports = { origin: 18_391, vclc: 18_392, node: 18_393, varnish: 18_394 };

/** A policy of some twenty statements that caches everything. */
export const hitPolicy = `vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "${ports.origin}"; }
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

/** Cached hits of 1 KB per second through `vclc run`, against a bare node:http server and against varnishd, all measured by wrk. */
export async function benchProxy(scratch: Scratch): Promise<void> {
  console.log(`\nCached hits of 1 KB over the loopback, wrk -t1 -c32, ${seconds} s each`);
  if (!scratch.has("wrk")) return row("requests per second", "no wrk here: left out");
  const origin = await listen(ports.origin);
  const children: ChildProcess[] = [];
  try {
    const vcl = scratch.file("hit.vcl", hitPolicy);
    children.push(start(process.execPath, ["-e", bareServer]));
    const bare = await requestsPerSecond(ports.node);
    children.push(start(process.execPath, [scratch.vclc, "run", "-f", vcl, "-a", `127.0.0.1:${ports.vclc}`]));
    const ours = await requestsPerSecond(ports.vclc);
    row("bare node:http", `${bare.toFixed(0)} /s`);
    row("vclc run", `${ours.toFixed(0)} /s`);
    row(
      "ratio, vclc run : bare node:http",
      (ours / bare).toFixed(2),
      ours / bare >= 0.6 ? "within the aim of 0.6" : "UNDER the aim of 0.6",
    );
    if (!scratch.has("varnishd")) return row("varnishd", "no varnishd here: left out");
    const address = `127.0.0.1:${ports.varnish}`;
    children.push(
      start("varnishd", [
        "-F",
        "-n",
        `${scratch.folder}/varnish`,
        "-a",
        address,
        "-f",
        vcl,
        "-s",
        "malloc,64m",
      ]),
    );
    const reference = await requestsPerSecond(ports.varnish);
    row("varnishd", `${reference.toFixed(0)} /s`);
    row("ratio, vclc run : varnishd", (ours / reference).toFixed(2));
  } finally {
    await Promise.all(children.map(stop));
    origin.close();
  }
}

const body = "x".repeat(1024);

const bareServer = `const body = Buffer.alloc(1024, "x");
require("node:http").createServer((request, response) => {
  response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": 1024 });
  response.end(body);
}).listen(${ports.node}, "127.0.0.1");`;

function listen(port: number): Promise<ReturnType<typeof createServer>> {
  const server = createServer((_, response) => {
    response.writeHead(200, {
      "Content-Type": "text/plain",
      "Content-Length": body.length,
      "X-Powered-By": "bench",
    });
    response.end(body);
  });
  return new Promise((done, failed) =>
    server.once("error", failed).listen(port, "127.0.0.1", () => done(server)),
  );
}

function start(program: string, args: readonly string[]): ChildProcess {
  return spawn(program, args, { stdio: "ignore" });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((ended) => {
    if (child.exitCode !== null) return ended();
    child.on("exit", () => ended()).kill("SIGTERM");
  });
}

/** Waits for a server, warms it up, and measures it. */
async function requestsPerSecond(port: number): Promise<number> {
  for (let tries = 0; !(await takesConnections(port)); tries++) {
    if (tries > 100) throw new Error(`nothing listens on port ${port}`);
    await wait(100);
  }
  const url = `http://127.0.0.1:${port}/page.css`;
  const wrk = promisify(execFile);
  await wrk("wrk", ["-t1", "-c32", "-d2s", url]);
  const { stdout: report } = await wrk("wrk", ["-t1", "-c32", `-d${seconds}s`, url]);
  if (/Non-2xx/.test(report)) throw new Error(`port ${port} answered with errors:\n${report}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1]);
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      done(true);
    });
    socket.on("error", () => done(false));
  });
}
