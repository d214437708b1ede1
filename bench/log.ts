import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { median, row, type Scratch } from "./measure.js";
import { hitPolicy, listenForHits, requestsPerSecond } from "./proxy.js";
import { startVarnishd, startVclc, stopProcess } from "./servers.js";

const rounds = 3;
const seconds = 3;
/** Of the rate without a log. */
const least = 0.85;

/** What is measured: whether there is a log, and who reads it. */
interface Setting {
  readonly args: (folder: string) => readonly string[];
  readonly reader?: string;
}

const settings: Readonly<Record<string, Setting>> = {
  "log off": { args: () => [] },
  "auto, no reader": { args: (folder) => ["-n", folder] },
  "on, no reader": { args: (folder) => ["-n", folder, "--vsl", "on"] },
  "auto, varnishlog reads": { args: (folder) => ["-n", folder], reader: "varnishlog" },
  "auto, varnishncsa reads": { args: (folder) => ["-n", folder], reader: "varnishncsa" },
};

/** Cached hits per second by what is written and who reads it, as ratios to no log at all, and beside varnishd, whose log is always on. */
export async function benchLog(scratch: Scratch): Promise<void> {
  console.log(`\nCached hits of 1 KB by log, wrk -t1 -c32, median of ${rounds} times ${seconds} s`);
  const missing = ["wrk", "varnishlog"].find((program) => !scratch.has(program));
  if (missing !== undefined) return row("requests per second", `skipped: no ${missing} here`);
  const origin = await listenForHits();
  const vcl = scratch.file("log.vcl", hitPolicy((origin.address() as AddressInfo).port));
  const rates = new Map<string, number>();
  for (const [name, setting] of Object.entries(settings)) {
    rates.set(name, await rateOf(scratch, vcl, setting));
  }
  const off = rates.get("log off") ?? NaN;
  for (const [name, rate] of rates) {
    const ratio = rate / off;
    row(
      name,
      `${rate.toFixed(0)} /s, ${ratio.toFixed(2)}`,
      `${ratio >= least ? "within" : "UNDER"} the aim of ${least}`,
    );
  }
  if (scratch.has("varnishd")) {
    const server = await startVarnishd(scratch, vcl);
    const rate = await medianRate(server.port);
    await server.stop();
    row("varnishd", `${rate.toFixed(0)} /s`);
  }
  origin.close();
}

async function rateOf(scratch: Scratch, vcl: string, { args, reader }: Setting): Promise<number> {
  const folder = mkdtempSync(join(scratch.folder, "n-"));
  const server = await startVclc(scratch, vcl, args(folder));
  const child = reader === undefined ? undefined : spawn(reader, ["-n", folder], { stdio: "ignore" });
  // A reader is noticed within a second or so.
  if (child) await wait(2500);
  try {
    return await medianRate(server.port);
  } finally {
    if (child) await stopProcess(child);
    await server.stop();
  }
}

async function medianRate(port: number): Promise<number> {
  await requestsPerSecond(port, 2);
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) rates.push(await requestsPerSecond(port, seconds));
  return median(rates);
}
