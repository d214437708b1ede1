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
  const { folder } = observed;
  let shown: ListName = "urls";
  let isPaused = false;
  let isDone = false;
  const show = (): void => {
    // The list has what the rest leaves, and the keys the first line.
    const lists = [{ name: shown, entries: observed.traffic.top(shown, terminal.height) }];
    const lines = topLines({ ...observed.view(), lists, perSecond: true });
    terminal.show([{ text: keyLine(shown, isPaused), isHeading: false }, ...lines]);
  };
  const pressed = (key: string): void => {
    if (key === "q" || key === "\x03") isDone = true;
    if (key === "p") isPaused = !isPaused;
    shown = listNames[Number(key) - 1] ?? shown;
    show();
  };
  const events = followLog({ folder, history: false, patience });
  // There must be a log before the terminal is taken.
  let next = await events.next();
  observed.tick();
  const terminal = new Terminal(pressed);
  process.on("SIGTERM", () => (isDone = true));
  process.stdout.on("resize", show);
  // Keys and seconds go on where the log waits for a proxy.
  const ticks = setInterval(() => {
    observed.tick();
    if (!isPaused) show();
    if (isDone) finish();
  }, 1000);
  const finish = (): never => {
    clearInterval(ticks);
    terminal.close();
    process.exit(0);
  };
  show();
  for (; !next.done && !isDone; next = await events.next()) observed.take(next.value);
  finish();
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
