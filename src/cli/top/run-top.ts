import { readCounters } from "../../host/node/vsm/counter-reader.js";
import { followLog, type LogEvent } from "../../host/node/vsm/follow-log.js";
import { workFolder } from "../../host/node/vsm/shared-memory.js";
import type { LogRecord } from "../../runtime/vsl/log-transaction.js";
import { TransactionGroups } from "../../runtime/vsl/transaction-groups.js";
import { CliError } from "../cli-error.js";
import { readQuery } from "../log/log-request.js";
import { Latencies } from "../run/observe/dashboard/latencies.js";
import { requestPath } from "../run/observe/dashboard/request-path.js";
import { keyLine, topLines, type TopView } from "./frame.js";
import { Rates } from "./rates.js";
import { Terminal } from "./terminal.js";
import { listNames, Traffic, type ListName } from "./traffic.js";

/** What the options of `vclc top` are parsed to. */
export interface TopFlags {
  readonly workDir?: string;
  readonly query?: readonly string[];
  readonly once?: boolean;
  readonly wait?: string;
}

/** Seconds that a request counts, about, while one watches. */
const memory = 30;
/** Seconds that are watched to print once: a proxy with `--vsl auto` begins to write within one. */
const onceSeconds = 2;
const mostOnce = 10;

/** `vclc top`: shows what there is most of, each second until somebody ends it, or once. */
export async function runTop(flags: TopFlags): Promise<void> {
  const folder = workFolder(flags.workDir ?? "varnishd");
  const isOnce = flags.once === true || !process.stdout.isTTY;
  const observed = new Observed(folder, flags.query, isOnce ? Infinity : memory);
  const patience = flags.wait === undefined ? 5 : Number(flags.wait);
  if (!(patience >= 0)) throw new CliError(`-t takes seconds, not "${flags.wait}"`);
  try {
    if (isOnce) await printOnce(observed, patience);
    else await showLive(observed, patience);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`-n ${folder}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function printOnce(observed: Observed, patience: number): Promise<void> {
  const { folder } = observed;
  for await (const event of followLog({ folder, history: true, patience })) observed.take(event);
  observed.tick();
  const end = performance.now() + onceSeconds * 1000;
  for await (const event of followLog({ folder, history: false, patience })) {
    observed.take(event);
    if (performance.now() >= end) break;
  }
  observed.tick();
  const lists = listNames.map((name) => ({ name, entries: observed.traffic.top(name, mostOnce) }));
  const lines = topLines({ ...observed.view(), lists, perSecond: false });
  process.stdout.write(`${lines.map(({ text }) => text).join("\n")}\n`);
}

async function showLive(observed: Observed, patience: number): Promise<void> {
  const events = followLog({ folder: observed.folder, history: false, patience });
  // There must be a log before the terminal is taken.
  let next = await events.next();
  const view = new LiveView(observed);
  try {
    for (; !next.done; next = await events.next()) observed.take(next.value);
  } finally {
    view.close();
  }
}

/** The terminal, renewed each second and with each key. */
class LiveView {
  readonly #observed: Observed;
  readonly #terminal: Terminal;
  readonly #ticks: NodeJS.Timeout;
  readonly #show = (): void => this.#draw();
  #shown: ListName = "urls";
  #isPaused = false;

  constructor(observed: Observed) {
    this.#observed = observed;
    observed.tick();
    this.#terminal = new Terminal((key) => this.#press(key));
    process.on("SIGTERM", () => this.#quit());
    process.stdout.on("resize", this.#show);
    this.#ticks = setInterval(() => {
      observed.tick();
      if (!this.#isPaused) this.#draw();
    }, 1000);
    this.#draw();
  }

  close(): void {
    clearInterval(this.#ticks);
    process.stdout.off("resize", this.#show);
    this.#terminal.close();
  }

  #press(key: string): void {
    // Control-C is a key like others here.
    if (key === "q" || key === "\x03") this.#quit();
    if (key === "p") this.#isPaused = !this.#isPaused;
    this.#shown = listNames[Number(key) - 1] ?? this.#shown;
    this.#draw();
  }

  #quit(): never {
    this.close();
    process.exit(0);
  }

  #draw(): void {
    // The list has what the rest leaves, and the keys the first line.
    const entries = this.#observed.traffic.top(this.#shown, this.#terminal.height);
    const lists = [{ name: this.#shown, entries }];
    const lines = topLines({ ...this.#observed.view(), lists, perSecond: true });
    this.#terminal.show([{ text: keyLine(this.#shown, this.#isPaused), isHeading: false }, ...lines]);
  }
}

/** What was seen of a proxy. */
class Observed {
  readonly folder: string;
  readonly traffic: Traffic;
  readonly #rates = new Rates();
  readonly #latencies = new Latencies();
  readonly #groups: TransactionGroups;
  #notice = "";

  constructor(folder: string, queries: readonly string[] | undefined, seconds: number) {
    this.folder = folder;
    this.traffic = new Traffic(seconds);
    const query = queries && readQuery("-q", queries.join("\n"), false);
    this.#groups = new TransactionGroups({
      grouping: "request",
      now: () => performance.now(),
      report: (group) => {
        if (query && !query(group)) return;
        for (const path of group.flatMap((one) => requestPath(one) ?? [])) {
          this.traffic.add(path);
          this.#latencies.add(path.handling, path.duration);
        }
      },
    });
  }

  take(event: LogEvent): void {
    if (event.kind === "records") this.#add(event.records);
    else if (event.kind === "overrun") this.#notice = "records were lost: the proxy is faster";
    else if (event.kind === "abandoned") this.#notice = "no proxy";
    else if (event.kind === "reacquired") this.#notice = "";
    else this.#groups.expire();
  }

  /** A second has gone by. */
  tick(): void {
    const counters = readCounters(this.folder);
    if (counters) this.#rates.add(performance.now() / 1000, counters);
    this.traffic.tick();
    this.#latencies.tick();
  }

  view(): Omit<TopView, "lists" | "perSecond"> {
    return {
      folder: this.folder,
      rates: this.#rates,
      latencies: this.#latencies.now(),
      notice: this.#notice,
    };
  }

  #add(records: readonly LogRecord[]): void {
    for (const record of records) this.#groups.add(record);
  }
}
