import { setTimeout as pause } from "node:timers/promises";
import { CliError } from "../../../cli-error.js";
import { packageVersion } from "../../../package-version.js";
import { Tracing } from "./tracing.js";

export interface OpenTracingOptions {
  /** Where the collector is; the packages' own variables of the environment say it otherwise. */
  readonly url: string | undefined;
  readonly identity: string;
  /** Told what goes wrong, in one line. */
  readonly failed: (reason: string) => void;
}

/** Spans are made, and sent to the collector until `close`. */
export interface OpenedTracing {
  readonly tracing: Tracing;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** With versions that go together and run on the oldest Node that vclc runs on: the newest of each do not. */
const packages = [
  ...["@opentelemetry/api@1.9", "@opentelemetry/sdk-trace-base@2", "@opentelemetry/resources@2"],
  "@opentelemetry/exporter-trace-otlp-http@0.220",
];
/** Spans that may wait to be sent: a collector that is slow loses some, never a request. */
const mostWaiting = 20_000;
/** Milliseconds that the last spans have at the end. */
const patience = 2000;
/** Milliseconds between two lines about a collector that does not answer. */
const quiet = 60_000;

/** Loads the packages of OpenTelemetry, which are not vclc's own. Rejects with a CliError that says what is missing. */
export async function openTracing({ url, identity, failed }: OpenTracingOptions): Promise<OpenedTracing> {
  const [api, sdk, { resourceFromAttributes }, { OTLPTraceExporter }] = await loadPackages();
  const complain = seldom(failed);
  api.diag.setLogger(
    {
      error: complain,
      warn: () => undefined,
      info: () => undefined,
      debug: () => undefined,
      verbose: () => undefined,
    },
    { logLevel: api.DiagLogLevel.ERROR, suppressOverrideMessage: true },
  );
  // Attempts to send keep the process, also at its end.
  const timeoutMillis = Number(process.env["OTEL_EXPORTER_OTLP_TIMEOUT"] ?? patience);
  const exporter = new OTLPTraceExporter({
    timeoutMillis,
    ...(url !== undefined && { url: collectorUrl(url) }),
  });
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({
      "service.name": process.env["OTEL_SERVICE_NAME"] ?? "vclc",
      "service.version": packageVersion(),
      "service.instance.id": identity,
    }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter, { maxQueueSize: mostWaiting })],
  });
  const now = (): number => performance.timeOrigin + performance.now();
  return {
    tracing: new Tracing({ api, tracer: provider.getTracer("vclc", packageVersion()), now }),
    close: async () => {
      const sent = provider.shutdown().then(() => true);
      const late = pause(patience, false, { ref: false });
      const done = await Promise.race([sent, late]).catch((error: unknown) => complain(String(error)));
      if (done === false) complain("it did not answer in time at the end");
    },
  };
}

async function loadPackages() {
  try {
    return await Promise.all([
      import("@opentelemetry/api"),
      import("@opentelemetry/sdk-trace-base"),
      import("@opentelemetry/resources"),
      import("@opentelemetry/exporter-trace-otlp-http"),
    ]);
  } catch (error) {
    const [missing] = /@opentelemetry\/[\w-]+/.exec(error instanceof Error ? error.message : "") ?? [];
    throw new CliError(
      `--otlp needs packages that are not installed (${missing ?? String(error)}): npm install ${packages.join(" ")}`,
    );
  }
}

/** The base that other programs are given, too, or the whole address. */
function collectorUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new CliError(`--otlp takes the URL of a collector, such as http://127.0.0.1:4318, not "${text}"`);
  }
  if (url.pathname === "/") url.pathname = "/v1/traces";
  return url.href;
}

/** What the packages say of an error is JSON with a stack; its message is enough, and not for each batch. */
function seldom(failed: (reason: string) => void): (text: string) => void {
  let last = -Infinity;
  return (text) => {
    if (performance.now() - last < quiet) return;
    last = performance.now();
    const [, message = text] = /"message":"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
    failed(`traces are not taken by their collector: ${message}`);
  };
}
