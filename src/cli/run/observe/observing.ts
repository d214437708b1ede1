import type { Instance, LogSink, Propagation } from "../../../runtime/index.js";
import { CliError } from "../../cli-error.js";
import { isLoopback } from "../parameters.js";
import { AccessLog } from "./access-log.js";
import type { AccessFormat } from "./access-line.js";
import { FailureLog, isLevel, type Level } from "./failures.js";
import { Dashboard } from "./dashboard/dashboard.js";
import { readHttpPlace, type HttpPlace, type HttpService } from "./http-place.js";
import type { Metrics } from "./metrics.js";
import { requestFacts, requestTags } from "./request-facts.js";
import type { OpenedTracing } from "./tracing/open-tracing.js";
import { Transactions, type EndedTransaction } from "./transactions.js";

/** What the options about observing are parsed to. */
export interface ObserveFlags {
  readonly accessLog?: string;
  readonly accessLogFormat?: string;
  readonly metrics?: string;
  readonly metricsHost?: readonly string[];
  readonly dashboard?: string;
  readonly dashboardHost?: readonly string[];
  /** True: where the environment says. */
  readonly otlp?: string | true;
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
  readonly #metricsAt: HttpPlace | undefined;
  readonly #metricsNames: readonly string[];
  readonly #dashboardAt: HttpPlace | undefined;
  readonly #dashboardNames: readonly string[];
  readonly #dashboard: Dashboard | undefined;
  readonly #accessLog: AccessLog | undefined;
  readonly #tracing: OpenedTracing | undefined;
  #metrics: Metrics | undefined;
  readonly #rotate = (): void => this.#accessLog?.reopen();
  readonly #services: HttpService[] = [];

  /** What the options say; packages that one of them needs are loaded. Rejects with a CliError. */
  static async open(flags: ObserveFlags, identity: string): Promise<Observing> {
    const failures = failureLog(flags);
    if (flags.otlp === undefined) return new Observing(flags, failures, undefined);
    const { openTracing } = await import("./tracing/open-tracing.js");
    const opened = await openTracing({
      url: flags.otlp === true ? undefined : flags.otlp,
      identity,
      failed: (reason) => failures?.tell("warn", reason),
    });
    return new Observing(flags, failures, opened);
  }

  private constructor(
    flags: ObserveFlags,
    failures: FailureLog | undefined,
    tracing: OpenedTracing | undefined,
  ) {
    this.failures = failures;
    this.#tracing = tracing;
    this.#metricsAt = placeOf("--metrics", flags.metrics);
    this.#metricsNames = flags.metricsHost ?? [];
    this.#dashboardAt = placeOf("--dashboard", flags.dashboard);
    this.#dashboardNames = flags.dashboardHost ?? [];
    this.#dashboard = this.#dashboardAt && new Dashboard();
    this.#accessLog = accessLog(flags, (reason) => this.failures?.tell("error", reason));
    const isWatched = this.#accessLog !== undefined || this.#metricsAt !== undefined;
    const transactions = isWatched
      ? [new Transactions(wanted, (transaction) => this.#ended(transaction))]
      : [];
    this.sinks = [
      ...(this.failures ? [this.failures] : []),
      ...transactions,
      ...(this.#dashboard ? [this.#dashboard] : []),
      ...(tracing ? [tracing.tracing] : []),
    ];
  }

  /** Who hands traces on to backends. */
  get propagation(): Propagation | undefined {
    return this.#tracing?.tracing;
  }

  /** Begins to answer and to rotate. */
  async start(instance: Instance): Promise<void> {
    // Without a log, too: Node would open its debugger.
    process.on("SIGUSR1", this.#rotate);
    await this.#startMetrics(instance);
    await this.#startDashboard(instance);
  }

  async close(): Promise<void> {
    process.off("SIGUSR1", this.#rotate);
    await Promise.all(this.#services.map((service) => service.close()));
    await this.#accessLog?.close();
    await this.#tracing?.close();
  }

  async #startMetrics(instance: Instance): Promise<void> {
    if (!this.#metricsAt) return;
    const { Metrics, serveMetrics } = await import("./metrics.js");
    const began = instance.host.monotonic();
    this.#metrics = new Metrics(instance, () => Math.floor(instance.host.monotonic() - began));
    const served = await serveMetrics(this.#metrics, this.#metricsAt, this.#metricsNames);
    this.#services.push(served);
    process.stdout.write(`Metrics on http://${served.address}/metrics\n`);
  }

  async #startDashboard(instance: Instance): Promise<void> {
    if (!this.#dashboard || !this.#dashboardAt) return;
    const { serveDashboard } = await import("./dashboard/serve-dashboard.js");
    this.#dashboard.start(instance);
    const served = await serveDashboard(this.#dashboard, this.#dashboardAt, this.#dashboardNames);
    this.#services.push(served);
    process.stdout.write(`Dashboard on http://${served.address}/\n`);
    if (isLoopback(this.#dashboardAt.host)) return;
    this.failures?.tell("warn", `whoever reaches ${served.address} sees every request on the dashboard`);
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

function placeOf(option: string, text: string | undefined): HttpPlace | undefined {
  return text === undefined ? undefined : readHttpPlace(option, text);
}
