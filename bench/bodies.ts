import { execFile } from "node:child_process";
import { createServer, type Server as Origin } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { median, row, type Scratch } from "./measure.js";
import { startVarnishd, startVclc, type Server } from "./servers.js";

const rounds = 3;
const seconds = 3;
const large = 100 * 1024 * 1024;

const words = "the quick brown fox jumps over the lazy dog and finds 1234 reasons to do it again ".split(" ");

/** 100 KB of text that is no repetition of itself. */
function textPage(): string {
  let text = "";
  for (let at = 1; text.length < 100 * 1024; at = (at * 48271) % 0x7fffffff)
    text += `${words[at % words.length]} `;
  return text;
}

const includes = Array.from({ length: 10 }, (_, at) => `<p>${at}</p><esi:include src="/piece/${at}"/>`).join(
  "\n",
);

function policy(port: number): string {
  return `vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "${port}"; }
sub vcl_backend_response {
  set beresp.ttl = 1h;
  if (bereq.url ~ "^/text") { set beresp.do_gzip = true; }
  if (bereq.url == "/esi") { set beresp.do_esi = true; }
}
`;
}

/** What is asked for: a wrk script, and what the ratio to varnishd should be. */
interface Load {
  readonly name: string;
  readonly script: string;
  readonly aim: number;
}

const gzipHeader = 'wrk.headers["Accept-Encoding"] = "gzip"\n';
const loads: readonly Load[] = [
  {
    name: "gzip miss, 100 KB of text",
    script: `${gzipHeader}n = 0\nfunction request() n = n + 1 return wrk.format(nil, "/text/" .. n .. os.time()) end`,
    aim: 0.8,
  },
  {
    name: "gzip hit, 100 KB of text",
    script: `${gzipHeader}function request() return wrk.format(nil, "/text") end`,
    aim: 1,
  },
  {
    name: "ESI page of 10 includes, cached",
    script: 'function request() return wrk.format(nil, "/esi") end',
    aim: 1,
  },
  {
    name: "range of 64 KB of 100 MB, cached",
    script:
      'wrk.headers["Range"] = "bytes=50000000-50065535"\nfunction request() return wrk.format(nil, "/large") end',
    aim: 1,
  },
];

/** Bodies through their filters per second, `vclc run` beside varnishd, measured by wrk in turn. */
export async function benchBodies(scratch: Scratch): Promise<void> {
  console.log(`\nBodies over the loopback, wrk -t1 -c16, median of ${rounds} times ${seconds} s`);
  if (!scratch.has("wrk") || !scratch.has("varnishd"))
    return row("bodies", "skipped: no wrk or no varnishd here");
  const origin = await listenForBodies();
  const vcl = scratch.file("bodies.vcl", policy((origin.address() as AddressInfo).port));
  const [ours, theirs] = [await startVclc(scratch, vcl), await startVarnishd(scratch, vcl, "malloc,512m")];
  try {
    for (const load of loads) await compare(scratch, load, ours, theirs);
  } finally {
    await ours.stop();
    await theirs.stop();
    origin.close();
  }
}

async function compare(
  scratch: Scratch,
  { name, script, aim }: Load,
  ours: Server,
  theirs: Server,
): Promise<void> {
  const path = scratch.file("load.lua", script);
  const rates: [number[], number[]] = [[], []];
  for (const { port } of [ours, theirs]) await requestsPerSecond(port, path, 1);
  for (let round = 0; round < rounds; round++) {
    rates[0].push(await requestsPerSecond(ours.port, path, seconds));
    rates[1].push(await requestsPerSecond(theirs.port, path, seconds));
  }
  const [own, reference] = rates.map(median) as [number, number];
  const ratio = own / reference;
  row(
    name,
    `${own.toFixed(0)} /s`,
    `varnishd ${reference.toFixed(0)} /s, ratio ${ratio.toFixed(2)}, aim ${aim}`,
  );
}

function listenForBodies(): Promise<Origin> {
  const text = Buffer.from(textPage());
  const bytes = Buffer.alloc(large, "0123456789");
  const server = createServer(({ url = "" }, response) => {
    if (url === "/large") response.end(bytes);
    else if (url === "/esi") response.end(includes);
    else if (url.startsWith("/piece")) response.end(`piece ${url}`.padEnd(1024, "."));
    else response.end(text);
  });
  return new Promise((done, failed) =>
    server.once("error", failed).listen(0, "127.0.0.1", () => done(server)),
  );
}

async function requestsPerSecond(port: number, script: string, duration: number): Promise<number> {
  const args = ["-t1", "-c16", `-d${duration}s`, "-s", script, `http://127.0.0.1:${port}/`];
  const { stdout: report } = await promisify(execFile)("wrk", args);
  if (/Non-2xx/.test(report)) throw new Error(`port ${port} answered with errors:\n${report}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1]);
}
