import { spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { compileAndLink, memoryInstance } from "./in-memory.js";
import { quantile, row, type Scratch } from "./measure.js";
import { hitPolicy, listenForHits } from "./proxy.js";
import { startVclc } from "./servers.js";

const switches = 1000;

/** How long `vcl.use` takes: through the control queue of this process, and over the command port, idle and while hits are answered. */
export async function benchUse(scratch: Scratch): Promise<void> {
  console.log(`\nvcl.use, ${switches} switches between two VCLs: median and 99 of 100`);
  const instance = memoryInstance();
  for (const name of ["a", "b"]) {
    await instance.load(name, compileAndLink(name, 'vcl 4.1; backend default { .host = "127.0.0.1"; }'));
  }
  show("control queue", await latencies((name) => instance.use(name)));
  await instance.shutdown();

  const origin = await listenForHits();
  const policy = scratch.file("use.vcl", hitPolicy((origin.address() as AddressInfo).port));
  const server = await startVclc(scratch, policy);
  try {
    for (const name of ["a", "b"]) await server.commands.ask(`vcl.load ${name} ${policy}`);
    const use = (name: string) => server.commands.ask(`vcl.use ${name}`);
    show("command port, idle", await latencies(use));
    if (!scratch.has("wrk")) return row("command port, under load", "skipped: no wrk here");
    const wrk = spawn("wrk", ["-t1", "-c32", "-d60s", `http://127.0.0.1:${server.port}/page.css`], {
      stdio: "ignore",
    });
    await latencies(use, 100);
    show("command port, under load of wrk -c32", await latencies(use));
    wrk.kill();
    await once(wrk, "exit");
  } finally {
    await server.stop();
    origin.close();
  }
}

/** Milliseconds of each switch. */
async function latencies(use: (name: string) => Promise<unknown>, count = switches): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    await use(index % 2 === 0 ? "a" : "b");
    times.push(performance.now() - start);
  }
  return times;
}

function show(name: string, times: number[]): void {
  row(name, `${quantile(times, 0.5).toFixed(3)} ms`, `${quantile(times, 0.99).toFixed(3)} ms`);
}
