import { MemoryHost, MemoryStream, settled } from "../../src/host/memory/index.js";
import type { Exchange } from "../../src/runtime/exchange.js";
import { defaultParameters, type Parameters } from "../../src/runtime/parameters.js";
import { latin1Bytes, latin1Text } from "../../src/runtime/values/blob.js";
import type { ByteStream } from "../../src/runtime/wire/byte-stream.js";
import { Deadlines } from "../../src/runtime/wire/deadlines.js";
import { Front } from "../../src/runtime/wire/front.js";
import type { ServerCore } from "../../src/runtime/wire/server-connection.js";
import type { ListenerFacts } from "../../src/runtime/wire/session.js";

/** A server side with a handler written by hand, in memory: what goes in are bytes, what comes out are bytes. */
export class WireWorld {
  readonly host = new MemoryHost();
  readonly counters = new Map<string, number>();
  readonly params: Parameters;
  readonly front: Front;
  /** Requests that were handed on, oldest first. */
  readonly exchanges: Exchange[] = [];
  private xid = 0;

  constructor(
    handle: (exchange: Exchange) => void | Promise<void>,
    params: Partial<Parameters> = {},
    listener: Partial<ListenerFacts> = {},
  ) {
    const { host, counters } = this;
    this.params = { ...defaultParameters, ...params };
    const core: ServerCore = {
      host,
      params: this.params,
      deadlines: new Deadlines(host),
      nextXid: () => ++this.xid,
      count: (name, by = 1) => counters.set(name, (counters.get(name) ?? 0) + by),
      handle: (exchange) => {
        this.exchanges.push(exchange);
        return handle(exchange);
      },
    };
    this.front = new Front(core, { name: "a0", endpoint: "127.0.0.1:80", ...listener });
  }

  connect(): RawClient {
    const [mine, theirs] = MemoryStream.pair(
      { address: "192.0.2.7", port: 1234 },
      { address: "127.0.0.1", port: 80 },
    );
    const client = new RawClient(mine);
    this.front.accept(theirs);
    return client;
  }

  advance(seconds: number): Promise<void> {
    return this.host.clock.advance(seconds);
  }

  log(tag: string): readonly string[] {
    return this.host.captured.texts(tag);
  }

  count(counter: string): number {
    return this.counters.get(counter) ?? 0;
  }
}

/** One end of a connection for a test: bytes as text, one per code unit. */
export class RawClient {
  received = "";
  /** Whether the other side has ended. */
  closed = false;
  /** Takes one chunk each time that its stream is resumed. */
  sips = false;
  readonly stream: ByteStream;

  constructor(stream: ByteStream) {
    this.stream = stream;
    stream.receiver = {
      data: (chunk) => {
        this.received += latin1Text(chunk);
        if (this.sips) stream.pause();
      },
      ended: () => (this.closed = true),
      drained: () => undefined,
      closed: () => (this.closed = true),
    };
  }

  /** Sends bytes and lets everything happen that needs no time. */
  async send(text: string): Promise<string> {
    this.stream.write("", [latin1Bytes(text)]);
    await settled();
    return this.received;
  }

  /** Status codes of what came, interim answers too. */
  get statuses(): readonly number[] {
    return [...this.received.matchAll(/HTTP\/1\.1 (\d\d\d) /g)].map((match) => Number(match[1]));
  }
}

/** Answers with method and URL, and the body of the request where there is one. */
export function echo(exchange: Exchange): void | Promise<void> {
  const answer = (text: string): void | Promise<void> => {
    const { closing } = exchange.session;
    const lines = [`Content-Length: ${text.length}`, ...(closing ? ["Connection: close"] : [])];
    return exchange.respond({ status: 200, reason: "OK", lines, chunked: false }, [latin1Bytes(text)]);
  };
  const { body, method, url } = exchange;
  if (!body) return answer(`${method} ${url}`);
  let text = "";
  return body
    .pipe({ write: (chunk) => void (text += latin1Text(chunk)) })
    .then(() => answer(`${method} ${url} ${text}`))
    .catch((error: Error) => answer(`broken ${error.message}`));
}
