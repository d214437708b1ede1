import type { Instance, LogSink } from "../../../runtime/index.js";
import { CliError } from "../../cli-error.js";
import { AccessLog } from "./access-log.js";
import type { AccessFormat } from "./access-line.js";
import { FailureLog, isLevel, type Level } from "./failures.js";
import type { Metrics } from "./metrics.js";
import { requestFacts, requestTags } from "./request-facts.js";
import { Transactions, type EndedTransaction } from "./transactions.js";

/** What the options about observing are parsed to. */
export interface ObserveFlags {
  readonly accessLog?: string;
  readonly accessLogFormat?: string;
  readonly metrics?: string;
  readonly logLevel?: string;
  readonly logFormat?: string;
  readonly quiet?: boolean;
}

/** BackendOpen is for the latencies of fetches. */
const wanted: ReadonlySet<string> = new Set([...requestTags, "BackendOpen"]);
const formats: readonly string[] = ["combined", "json"] satisfies readonly AccessFormat[];

/** What watches a proxy: sinks for its records, and what begins once there is an instance. */
export class Observing {
  readonly sinks: readonly LogSink[];
  readonly failures: FailureLog | undefined;
  readonly #metricsAt: { readonly host: string; readonly port: number } | undefined;
  readonly #accessLog: AccessLog | undefined;
  #metrics: Metrics | undefined;
  readonly #rotate = (): void => this.#accessLog?.reopen();
  #close: () => Promise<void> = () => Promise.resolve();

  constructor(flags: ObserveFlags) {
    this.failures = failureLog(flags);
    this.#metricsAt = flags.metrics === undefined ? undefined : metricsAddress(flags.metrics);
    this.#accessLog = accessLog(flags, (reason) => this.failures?.tell("error", reason));
    const isWatched = this.#accessLog !== undefined || this.#metricsAt !== undefined;
    const transactions = isWatched
      ? [new Transactions(wanted, (transaction) => this.#ended(transaction))]
      : [];
    this.sinks = [...(this.failures ? [this.failures] : []), ...transactions];
  }

  /** Begins to answer and to rotate. */
  async start(instance: Instance): Promise<void> {
    // Without a log, too: Node would open its debugger.
    process.on("SIGUSR1", this.#rotate);
    if (!this.#metricsAt) return;
    const { Metrics, serveMetrics } = await import("./metrics.js");
    const began = instance.host.monotonic();
    this.#metrics = new Metrics(instance, () => Math.floor(instance.host.monotonic() - began));
    const served = await serveMetrics(this.#metrics, this.#metricsAt);
    this.#close = () => served.close();
    process.stdout.write(`Metrics on http://${served.address}/metrics\n`);
  }

  async close(): Promise<void> {
    process.off("SIGUSR1", this.#rotate);
    await this.#close();
    await this.#accessLog?.close();
  }

  #ended(transaction: EndedTransaction): void {
    const facts = requestFacts(transaction);
    if (!facts) return this.#metrics?.addFetch(transaction);
    this.#accessLog?.add(facts);
    this.#metrics?.addRequest(facts);
  }
}

function failureLog({ quiet, logLevel = "info", logFormat = "text" }: ObserveFlags): FailureLog | undefined {
  if (!isLevel(logLevel)) throw new CliError(`--log-level takes error, warn or info, not "${logLevel}"`);
  if (logFormat !== "text" && logFormat !== "json") {
    throw new CliError(`--log-format takes text or json, not "${logFormat}"`);
  }
  if (quiet) return undefined;
  const write = (line: string): void => void process.stderr.write(line, "latin1");
  return new FailureLog({
    level: logLevel satisfies Level,
    json: logFormat === "json",
    write,
    now: Date.now,
  });
}

function accessLog(
  { accessLog: path, accessLogFormat = "combined" }: ObserveFlags,
  failed: (reason: string) => void,
): AccessLog | undefined {
  if (!formats.includes(accessLogFormat)) {
    throw new CliError(`--access-log-format takes combined or json, not "${accessLogFormat}"`);
  }
  return path === undefined ? undefined : new AccessLog(path, accessLogFormat as AccessFormat, failed);
}

function metricsAddress(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain = "", port] = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d+)$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535) {
    throw new CliError(`--metrics takes ADDRESS:PORT or :PORT, not "${text}"`);
  }
  const host = bracketed ?? plain;
  return { host: host === "" ? "127.0.0.1" : host, port: Number(port) };
}
