import { spawn } from "node:child_process";
import { once } from "node:events";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { NodeHost } from "../src/host/node/index.js";
import { Instance } from "../src/runtime/instance.js";
import { compileAndLink } from "./in-memory.js";
import { aim, row } from "./measure.js";

const backends = 1000;
/** Seconds between the polls of one backend, and how long is measured. */
const interval = 2;
const measured = 6;

/** An origin in a process of its own: answers polls, and counts them. */
const originScript = `
  let polls = 0;
  require("node:http").createServer((request, response) => {
    if (request.url === "/polls") return void response.end(String(polls));
    polls++;
    response.end();
  }).listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;

/** What probing a thousand backends costs: event-loop delay, and polls that the origins get, with one VCL loaded and with ten. */
export async function benchProbes(): Promise<void> {
  console.log(`\n${backends} backends with a probe each ${interval} s, over sockets`);
  const origin = spawn(process.execPath, ["-e", originScript], { stdio: ["ignore", "pipe", "inherit"] });
  const port = Number(String((await once(origin.stdout, "data"))[0]));
  try {
    const alone = await probing(1, port);
    const { rate, p99, max } = await probing(10, port);
    row("polls at the origins, 1 VCL", `${alone.rate.toFixed(0)} /s`, `due: ${backends / interval} /s`);
    row("polls at the origins, 10 VCLs", `${rate.toFixed(0)} /s`);
    row("event-loop delay, 1 VCL: p99", `${alone.p99.toFixed(1)} ms`, `longest ${alone.max.toFixed(1)} ms`);
    row(
      "event-loop delay, 10 VCLs: p99",
      `${p99.toFixed(1)} ms`,
      `longest ${max.toFixed(1)} ms, ${aim(p99, 20, "ms")}`,
    );
  } finally {
    origin.kill();
  }
}

interface Measured {
  /** Polls per second. */
  readonly rate: number;
  /** Milliseconds of event-loop delay. */
  readonly p99: number;
  readonly max: number;
}

async function probing(vcls: number, port: number): Promise<Measured> {
  const host = new NodeHost();
  const instance = new Instance(host);
  const module = compileAndLink("probes", manyBackends(port));
  for (let index = 0; index < vcls; index++) await instance.load(`v${index}`, module);
  await instance.use("v0");
  await wait(interval * 1000);
  const before = await polls(port);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await wait(measured * 1000);
  delay.disable();
  const rate = ((await polls(port)) - before) / measured;
  await instance.shutdown();
  await host.close();
  return { rate, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 };
}

async function polls(port: number): Promise<number> {
  return Number(await (await fetch(`http://127.0.0.1:${port}/polls`)).text());
}

/** Every backend is one of its own by its name; all of them are one origin. */
function manyBackends(port: number): string {
  const names = Array.from({ length: backends }, (_, index) => `b${index}`);
  const declared = names.map(
    (name) =>
      `backend ${name} { .host = "127.0.0.1"; .port = "${port}"; .probe = { .interval = ${interval}s; } }`,
  );
  const hints = names.map((name) => `set req.backend_hint = ${name};`);
  return `vcl 4.1;\n${declared.join("\n")}\nsub vcl_recv { ${hints.join(" ")} }`;
}
