import { readFileSync } from "node:fs";
import type { MemoryStream } from "../../src/host/memory/index.js";
import type { ByteStream } from "../../src/runtime/wire/byte-stream.js";
import type { Transport } from "../../src/runtime/backend/transport.js";
import { World } from "../fsm/world.js";

/** What an origin does, and what Varnish makes of it. Strings have one byte per character. */
export interface OriginVector {
  readonly id: string;
  readonly what: string;
  readonly request: string;
  readonly input: string;
  readonly parts?: readonly {
    readonly bytes?: string;
    readonly wait_s?: number;
    readonly do?: "close" | "reset";
  }[];
  readonly origin_then: "stay" | "close" | "reset";
  readonly response_status: number;
  readonly client_body: string;
  readonly body_is_error_page?: boolean;
  readonly truncated?: boolean;
  readonly fetch_errors: readonly string[];
  readonly errors?: readonly string[];
  readonly backend_close: readonly string[];
}

export const originVectors = readFileSync("fixtures/http1/origin-vectors.jsonl", "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as OriginVector);

/** Where vclc differs on purpose: bytes that nobody asked for close the connection they came on (docs/http1.md). */
const closedInstead = new Set(["o069", "o086", "o092", "o113"]);
/** Other parts' answers: the number of fields of a stored object, and what is inside gzip. */
export const notOfTheWire = new Set(["o049", "o121"]);
/** Whether the client's response had begun when the body broke is a race. */
const race = new Set(["o105", "o108", "o128"]);

/** What HTTP goes over, in place of the connection itself. */
export interface CarriedOrigin {
  readonly transport: Transport;
  accept(stream: ByteStream): ByteStream;
  /** Waits until what has been sent has come through. */
  through(): Promise<void>;
}

/** An origin's end: what it writes to, and the connection below that it may break. */
interface OriginEnd {
  readonly stream: ByteStream;
  readonly below: MemoryStream;
  readonly through: (() => Promise<void>) | undefined;
}

async function play(
  world: World,
  vector: OriginVector,
  { stream, below, through }: OriginEnd,
): Promise<void> {
  for (const part of vector.parts ?? [{ bytes: vector.input }]) {
    if (part.bytes !== undefined) stream.write(part.bytes);
    await through?.();
    if (part.do === "close") stream.end();
    if (part.do === "reset") below.break({ errno: 104, text: "Connection reset by peer" });
    await world.advance(part.wait_s ?? 0);
    await through?.();
  }
  if (vector.origin_then === "close") stream.end();
  if (vector.origin_then === "reset") below.break({ errno: 104, text: "Connection reset by peer" });
}

function headersOf(request: string): Record<string, string> {
  const lines = request.split("\r\n\r\n", 1)[0]?.split("\r\n").slice(1) ?? [];
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)] as const),
  );
}

function unchunked(text: string): string {
  let body = "";
  let rest = text;
  for (let match = /^([0-9a-f]+)\r\n/.exec(rest); match; match = /^([0-9a-f]+)\r\n/.exec(rest)) {
    const size = parseInt(match[1] as string, 16);
    body += rest.slice(match[0].length, match[0].length + size);
    rest = rest.slice(match[0].length + size + 2);
  }
  return body;
}

/** A request of a client with that vector's origin behind it, and all that there is to see of it. */
export async function runOriginVector(
  vector: OriginVector,
  carried?: CarriedOrigin,
): Promise<Record<string, unknown>> {
  const headers = headersOf(vector.request);
  const world = new World(
    {
      ...(headers["Cookie"] !== undefined && { vcl_recv: () => "pass" as const }),
      // As the built-in VCL does.
      vcl_backend_response({ beresp }) {
        if (beresp.status !== 206) beresp.http.unset("content-range");
      },
    },
    { params: { first_byte_timeout: 1.5, between_bytes_timeout: 1 } },
  );
  if (carried) world.backend.useTransport(carried.transport);
  let played: Promise<void> | undefined;
  world.host.rawOrigin("*", (below) => {
    const stream = carried?.accept(below) ?? below;
    stream.receiver = {
      data: () => void (played ??= play(world, vector, { stream, below, through: carried?.through })),
      ended: () => stream.end(),
      drained: () => undefined,
      closed: () => undefined,
    };
  });
  const [method = "", url = "", proto = ""] = vector.request.split("\r\n", 1)[0]?.split(" ") ?? [];
  const body = vector.request.split("\r\n\r\n")[1] ?? "";
  const { exchange, done } = world.start({ method, url, proto, headers, ...(body !== "" && { body }) });
  await carried?.through();
  await world.advance(0.1);
  await carried?.through();
  await played;
  await carried?.through();
  await world.advance(10);
  await done;
  await carried?.through();
  const { status, body: got } = exchange.response;
  return {
    status,
    body: vector.body_is_error_page ? "" : got,
    fetchErrors: world.log("FetchError"),
    errors: world.log("Error"),
    close: world.log("BackendClose").map((text) => text.split(" ").slice(2).join(" ")),
  };
}

/** What Varnish has made of it. */
export function expectedOfOrigin(vector: OriginVector): Record<string, unknown> {
  const close = closedInstead.has(vector.id) ? ["close RX_JUNK"] : vector.backend_close;
  const chunked = /^[0-9a-f]+\r\n/.test(vector.client_body);
  return {
    status: vector.response_status,
    body: chunked ? unchunked(vector.client_body) : vector.client_body,
    fetchErrors: vector.fetch_errors,
    errors: vector.errors ?? [],
    close,
  };
}

/** What can be compared of an outcome: where the response had begun when the body broke, is a race. */
export function comparable(
  { id, truncated }: OriginVector,
  outcome: Record<string, unknown>,
): Record<string, unknown> {
  return race.has(id) || truncated ? { ...outcome, status: 0, body: "" } : outcome;
}
