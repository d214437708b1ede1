import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { MemoryHost, MemoryStream } from "../../src/host/memory/index.js";
import type { ByteStream } from "../../src/runtime/wire/byte-stream.js";
import type { ServerTransport } from "../../src/runtime/wire/session.js";
import { Instance } from "../../src/runtime/instance.js";
import { Front } from "../../src/runtime/wire/front.js";
import { RawClient } from "../wire/raw-client.js";
import { vclModule } from "./proxy.js";

/** What a client sends, and what Varnish's trunk made of it. Strings have one byte per character. */
export interface ClientVector {
  readonly id: string;
  readonly what: string;
  readonly input: string;
  /** The input in pieces, with pauses. */
  readonly parts?: readonly { readonly bytes?: string; readonly wait_s?: number }[];
  /** The client ends when it has sent everything. */
  readonly then?: string;
  /** All answers; `<date>`, `<xid>`, `<id>`, `<v>` and `<len>` stand for what differs. */
  readonly raw: string;
  readonly bereq?: readonly string[];
  readonly keeps_open: boolean;
  readonly sess_close?: string;
  readonly bogo_header?: readonly string[];
}

export const clientVectors = readFileSync("fixtures/http1/client-vectors.jsonl", "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as ClientVector);

/** Puts the vectors' placeholders in the place of what differs from run to run. */
function generalised(text: string): string {
  return (
    text
      .replaceAll(/^Date: .*?\r$/gm, "Date: <date>\r")
      .replaceAll(/^X-Varnish: [\d ]+\r$/gm, "X-Varnish: <xid>\r")
      .replaceAll(/1\.1 \S+ \(Varnish\/[^)]*\)/g, "1.1 <id> (Varnish/<v>)")
      // Error pages have texts of their own.
      .replaceAll(/<!DOCTYPE[^]*?<\/html>\n/g, "<page>")
      .replaceAll(/^Content-Length: (?:<len>|\d{3})\r$/gm, "Content-Length: <len>\r")
  );
}

/** The head of a request, with its end; "" where it has none. */
const headOf = (request: string): string => /^[^]*?\r\n\r\n/.exec(request)?.[0] ?? "";

/** What HTTP goes over, in place of the connection itself. */
export interface Carried {
  readonly server: ServerTransport;
  client(stream: ByteStream): Promise<ByteStream>;
  /** Waits until what has been sent has come through. */
  through(): Promise<void>;
}

/** A connection to an instance with the built-in VCL, in memory; every origin answers `ok`. */
export async function runClientVector(
  vector: ClientVector,
  carried?: Carried,
): Promise<Record<string, unknown>> {
  const host = new MemoryHost();
  const bereqs: string[] = [];
  host.rawOrigin("127.0.0.1:80", (stream) => {
    let text = "";
    stream.receiver = {
      data(chunk) {
        text += stream.text(chunk, 0, chunk.length);
        const head = headOf(text);
        const length = Number(/^Content-Length: (\d+)\r$/im.exec(head)?.[1] ?? 0);
        const isChunked = /^Transfer-Encoding: chunked\r$/im.test(head);
        const isWhole = isChunked ? text.endsWith("0\r\n\r\n") : text.length >= head.length + length;
        if (head === "" || !isWhole) return;
        bereqs.push(head);
        const body = text.startsWith("HEAD ") ? "" : "ok";
        text = "";
        stream.write(`HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 2\r\n\r\n${body}`);
      },
      ended() {
        if (headOf(text) !== "") bereqs.push(headOf(text));
        stream.end();
      },
      drained: () => undefined,
      closed: () => undefined,
    };
  });
  const instance = new Instance(host);
  await instance.load("main", vclModule('vcl 4.1; backend b { .host = "127.0.0.1"; }'));
  await instance.use("main");
  const [mine, theirs] = MemoryStream.pair(
    { address: "127.0.0.1", port: 4711 },
    { address: "127.0.0.1", port: 80 },
  );
  const facts = { name: "a0", endpoint: "127.0.0.1:80" };
  new Front(instance, carried ? { ...facts, transport: carried.server } : facts).accept(theirs);
  const client = new RawClient(carried ? await carried.client(mine) : mine);
  for (const { bytes, wait_s } of vector.parts ?? [{ bytes: vector.input }]) {
    if (bytes !== undefined) await client.send(bytes);
    await carried?.through();
    await host.clock.advance(wait_s ?? 0.1);
    await carried?.through();
  }
  if (vector.then !== undefined) client.stream.end();
  await carried?.through();
  await host.clock.advance(0.5);
  await carried?.through();
  const stayed = !client.closed;
  await host.clock.advance(10);
  await carried?.through();
  const { captured } = host;
  return {
    raw: generalised(client.received),
    bereqs: bereqs.map(generalised),
    stayed,
    close: captured.texts("SessClose").map((text) => text.split(" ")[0]),
    bogus: captured.texts("BogoHeader"),
  };
}

/** What Varnish has made of it. */
export function expectedOfClient(vector: ClientVector): Record<string, unknown> {
  // One that waits for more is told by its reason, RX_TIMEOUT or RX_CLOSE_IDLE, and by staying until then.
  const waits = vector.sess_close === "RX_TIMEOUT" || vector.sess_close === "RX_CLOSE_IDLE";
  return {
    raw: generalised(vector.raw),
    // Long ones are cut short, and not those of every vector are known.
    bereqs: vector.bereq?.every((text) => headOf(text) !== "")
      ? vector.bereq.map(headOf).map(generalised)
      : (expect.anything() as unknown),
    stayed: vector.keeps_open || waits,
    close: [vector.sess_close ?? "RX_CLOSE_IDLE"],
    bogus: vector.bogo_header ?? [],
  };
}
