import { gzipSync } from "node:zlib";
import { loadJavaScript } from "../../src/codegen/load.js";
import { MemoryHost, type Origin, type OriginRequest } from "../../src/host/memory/index.js";
import { MemoryStream } from "../../src/host/memory/memory-stream.js";
import * as runtime from "../../src/runtime/index.js";
import type { ConnectPlace } from "../../src/runtime/host.js";
import { MemoryStorage } from "../../src/runtime/cache/memory-storage.js";
import { Instance } from "../../src/runtime/instance.js";
import type { Parameters as RunParameters } from "../../src/runtime/parameters.js";
import { latin1Text } from "../../src/runtime/values/blob.js";
import type { ByteStream } from "../../src/runtime/wire/byte-stream.js";
import { Front } from "../../src/runtime/wire/front.js";
import { tracePoint } from "../../src/runtime/vcl/trace-point.js";
import * as blob from "../../src/vmod/blob/index.js";
import * as std from "../../src/vmod/std/index.js";
import { compiledToLoad, testOptions } from "../support/compile.js";

/** What a body is when it is packed, one byte per code unit. */
export const packed = gzipSync("hello", { level: 9 }).toString("latin1");

/** A request of a client's, as bytes. */
export function get(path = "/", ...fields: readonly string[]): string {
  return ask("GET", path, fields);
}

export function post(body: string, ...fields: readonly string[]): string {
  return ask("POST", "/", [...fields, `Content-Length: ${body.length}`]) + body;
}

function ask(method: string, path: string, fields: readonly string[]): string {
  return `${method} ${path} HTTP/1.1\r\n${["Host: a.example", ...fields].join("\r\n")}\r\n\r\n`;
}

/** A proxy in memory of which every byte is written down, with what the log says of a tag. */
export class WireWorld extends MemoryHost {
  /** `SECONDS WHO text`, in their order: bytes that a client or an origin got, and ends of clients' connections. */
  readonly wire: string[] = [];
  /** Requests that origins got, by now. */
  calls = 0;
  private instance: Instance | undefined;
  private clients = 0;

  async load(version: string, vcl: string, parameters: Partial<RunParameters>): Promise<void> {
    const storages = [new MemoryStorage("s0", 1 << 20), new MemoryStorage("big", 1 << 20)];
    this.instance = new Instance(this, { parameters, storages, identity: "cache" });
    this.instance.parameters.set("vsl_mask", "");
    const vmods = new Map<string, object>(Object.entries({ blob, std }));
    const options = { ...testOptions(), trace: true, builtin: "inline" as const };
    const code = compiledToLoad(`vcl ${version};\n${vcl}`, "main.vcl", options);
    const step = (task: object) => {
      const traced = task as Parameters<typeof tracePoint>[0];
      tracePoint(traced, traced.method);
    };
    await this.instance.load("main", loadJavaScript(code, { runtime, vmods, step }));
    await this.instance.use("main");
  }

  /** Puts an origin behind everything; it is told how many requests there were before. */
  answers(origin: (call: number, request: OriginRequest) => ReturnType<Origin>): void {
    this.origin("*", (request) => origin(this.calls++, request));
  }

  /** Opens a connection, sends bytes, and waits until nothing goes on without time passing. */
  async client(text: string): Promise<MemoryStream> {
    const name = `client${++this.clients}`;
    const [mine, theirs] = MemoryStream.pair(
      { address: "192.0.2.1", port: 40_000 },
      { address: "127.0.0.1", port: 80 },
    );
    mine.receiver = {
      data: (chunk) => this.note(name, latin1Text(chunk)),
      drained: () => undefined,
      ended: () => {
        this.note(name, "(closed)");
        mine.end();
      },
      closed: () => this.note(name, "(closed)"),
    };
    const front = new Front(this.instance as Instance, { name: "a0", endpoint: "127.0.0.1:80" });
    front.accept(theirs);
    mine.write(text);
    await this.clock.advance(0);
    return mine;
  }

  override async connect(place: ConnectPlace, seconds: number): Promise<ByteStream> {
    const stream = await super.connect(place, seconds);
    const write = stream.write.bind(stream);
    const to = "address" in place ? place.address : place.path;
    stream.write = (text, chunks) => {
      this.note(to, text + (chunks ?? []).map(latin1Text).join(""));
      return write(text, chunks);
    };
    return stream;
  }

  /** All of it, and the records of steps. */
  get transcript(): string {
    return [...this.wire, ...this.captured.texts("VCL_trace").map((step) => `trace ${step}`)].join("\n");
  }

  private note(who: string, text: string): void {
    this.wire.push(`${(this.now() - start).toFixed(1)}s ${who} ${text}`);
  }
}

const start = new MemoryHost().now();
