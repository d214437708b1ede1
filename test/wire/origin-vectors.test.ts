import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { MemoryStream } from "../../src/host/memory/index.js";
import { World } from "../fsm/world.js";

/** What an origin does, and what Varnish makes of it. Strings have one byte per character. */
interface Vector {
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

const vectors = readFileSync("fixtures/http1/origin-vectors.jsonl", "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Vector);

/** Where vclc differs on purpose: bytes that nobody asked for close the connection they came on (docs/http1.md). */
const closedInstead = new Set(["o069", "o086", "o092", "o113"]);
/** Other parts' answers: the number of fields of a stored object, and what is inside gzip. */
const notOfTheWire = new Set(["o049", "o121"]);
/** Whether the client's response had begun when the body broke is a race. */
const race = new Set(["o105", "o108", "o128"]);

async function play(world: World, vector: Vector, stream: MemoryStream): Promise<void> {
  for (const part of vector.parts ?? [{ bytes: vector.input }]) {
    if (part.bytes !== undefined) stream.write(part.bytes);
    if (part.do === "close") stream.end();
    if (part.do === "reset") stream.break({ errno: 104, text: "Connection reset by peer" });
    await world.advance(part.wait_s ?? 0);
  }
  if (vector.origin_then === "close") stream.end();
  if (vector.origin_then === "reset") stream.break({ errno: 104, text: "Connection reset by peer" });
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
async function run(vector: Vector): Promise<Record<string, unknown>> {
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
  let played: Promise<void> | undefined;
  world.host.rawOrigin("*", (stream) => {
    stream.receiver = {
      data: () => void (played ??= play(world, vector, stream)),
      ended: () => stream.end(),
      drained: () => undefined,
      closed: () => undefined,
    };
  });
  const [method = "", url = "", proto = ""] = vector.request.split("\r\n", 1)[0]?.split(" ") ?? [];
  const body = vector.request.split("\r\n\r\n")[1] ?? "";
  const { exchange, done } = world.start({ method, url, proto, headers, ...(body !== "" && { body }) });
  await world.advance(0.1);
  await played;
  await world.advance(10);
  await done;
  const { status, body: got } = exchange.response;
  return {
    status,
    body: vector.body_is_error_page ? "" : got,
    fetchErrors: world.log("FetchError"),
    errors: world.log("Error"),
    close: world.log("BackendClose").map((text) => text.split(" ").slice(2).join(" ")),
  };
}

function expected(vector: Vector): Record<string, unknown> {
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

describe("what origins send, as Varnish takes it", () => {
  for (const vector of vectors) {
    if (notOfTheWire.has(vector.id)) continue;
    test(`S3-13 ${vector.id} ${vector.what}`, async () => {
      const seen = await run(vector);
      const wanted = expected(vector);
      if (race.has(vector.id) || vector.truncated) {
        expect({ ...seen, status: 0, body: "" }).toEqual({ ...wanted, status: 0, body: "" });
      } else expect(seen).toEqual(wanted);
    });
  }
});
