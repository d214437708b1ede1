import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Instance } from "../../../runtime/index.js";
import { counterSets, servingKinds, type CounterSet } from "../../../runtime/vsc/instance-counters.js";
import type { CounterRow } from "../../../runtime/vsc/counter-set.js";
import { hostCheck, serveHttp, type HttpPlace, type HttpService } from "./http-place.js";
import type { RequestFacts } from "./request-facts.js";
import type { EndedTransaction } from "./transactions.js";

/** Seconds; a hit takes well below a millisecond. */
const buckets = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** What Varnish counts, by Prometheus's names, and how long requests and fetches take. */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests: Histogram<"handling">;
  readonly #firstBytes: Histogram<"handling">;
  readonly #fetches: Histogram<"backend">;

  constructor(instance: Instance, uptime: () => number) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    addCounters(this.registry, instance, uptime);
    addState(this.registry, instance);
    const histogram = <Label extends string>(name: string, help: string, label: Label): Histogram<Label> =>
      new Histogram({ name, help, labelNames: [label], buckets, registers });
    this.#requests = histogram(
      "vclc_request_duration_seconds",
      "From the first byte of a request to the last of its answer",
      "handling",
    );
    this.#firstBytes = histogram(
      "vclc_request_first_byte_seconds",
      "From the first byte of a request until its answer is ready to be sent",
      "handling",
    );
    this.#fetches = histogram(
      "vclc_fetch_duration_seconds",
      "From the beginning of a fetch to the last byte of what the backend answered",
      "backend",
    );
  }

  readonly addRequest = ({ handling, duration, firstByte }: RequestFacts): void => {
    this.#requests.observe({ handling }, duration);
    if (firstByte > 0) this.#firstBytes.observe({ handling }, firstByte);
  };

  readonly addFetch = ({ records }: EndedTransaction): void => {
    if (!records[1]?.startsWith("bereq ")) return;
    let backend = "none";
    let seconds = 0;
    for (let at = 2; at < records.length; at += 2) {
      const words = (records[at + 1] as string).split(" ");
      if (records[at] === "BackendOpen") backend = words[1] ?? backend;
      if (records[at] === "Timestamp") seconds = Number(words[2]);
    }
    this.#fetches.observe({ backend }, seconds);
  };
}

/** Each counter of each kind is one metric; what there are several of have their name as a label. */
function addCounters(registry: Registry, instance: Instance, uptime: () => number): void {
  const sets = (): readonly CounterSet[] => counterSets(instance, new Map([["uptime", uptime()]]));
  for (const { name, rows } of servingKinds) for (const row of rows) addCounter(registry, name, row, sets);
}

function addCounter(
  registry: Registry,
  kind: string,
  [counter, marks, help]: CounterRow,
  sets: () => readonly CounterSet[],
): void {
  if (marks.includes("p")) return;
  const isOne = kind === "main";
  const name = `varnish_${kind}_${counter}`;
  const options = { name, help, labelNames: isOne ? [] : ["name"], registers: [registry] };
  const values = function* (): Generator<readonly [labels: Record<string, string>, value: number]> {
    for (const set of sets()) {
      if (set.kind.name !== kind) continue;
      const labels = isOne ? {} : { name: set.ident.slice(set.ident.indexOf(".") + 1) };
      yield [labels, Number(set.values.get(counter) ?? 0)];
    }
  };
  if (marks.includes("g")) {
    new Gauge({
      ...options,
      collect() {
        this.reset();
        for (const [labels, value] of values()) this.set(labels, value);
      },
    });
    return;
  }
  new Counter({
    ...options,
    collect() {
      this.reset();
      for (const [labels, value] of values()) this.inc(labels, Math.max(0, value));
    },
  });
}

/** Health of each backend, temperature of each VCL. */
function addState(registry: Registry, instance: Instance): void {
  const registers = [registry];
  new Gauge({
    name: "vclc_backend_healthy",
    help: "Whether the backend may be asked: 1, or 0 for one that is sick",
    labelNames: ["backend"],
    registers,
    collect() {
      this.reset();
      for (const { fullForm, admin, history } of instance.sharedBackends) {
        const healthy = admin === "auto" ? (history?.healthy ?? true) : admin === "healthy";
        this.set({ backend: fullForm }, healthy ? 1 : 0);
      }
    },
  });
  new Gauge({
    name: "vclc_vcl",
    help: "Loaded VCLs and labels by temperature; those that requests start in are active",
    labelNames: ["name", "status", "temperature"],
    registers,
    collect() {
      this.reset();
      for (const { name, status, temperature } of instance.list()) this.set({ name, status, temperature }, 1);
    },
  });
}

/** Serves them at an address, `/metrics`, to who asks by an address or a name that is meant. Rejects with a CliError where it cannot listen. */
export function serveMetrics(
  { registry }: Metrics,
  place: HttpPlace,
  names: readonly string[],
): Promise<HttpService> {
  const wrongName = hostCheck("--metrics", place, names);
  return serveHttp("--metrics", place, (request, response) => {
    const refused = wrongName(request);
    if (refused !== undefined) {
      response.writeHead(403, { "Content-Type": "text/plain" }).end(`${refused}\n`);
      return;
    }
    if (request.method !== "GET" || request.url?.replace(/\?.*/s, "") !== "/metrics") {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("There is /metrics\n");
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { "Content-Type": registry.contentType }).end(text),
      (error: unknown) => response.writeHead(500).end(`${String(error)}\n`),
    );
  });
}
