import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { NodeHost } from "vclc/host/node";
import {
  byteStreamVersion,
  type ByteStream,
  type ConnectPlace,
  type ListenPlace,
  type StreamError,
} from "vclc/runtime";
import { MemoryStream } from "../../src/host/memory/index.js";
import { latin1Bytes } from "../../src/runtime/values/blob.js";
import { invertedStream } from "../support/inverted-transport.js";

/** Notes what happens on a stream. */
class Noted {
  readonly stream: ByteStream;
  text = "";
  ended = 0;
  drained = 0;
  readonly closed: (StreamError | undefined)[] = [];

  constructor(stream: ByteStream) {
    this.stream = stream;
    stream.receiver = {
      data: (chunk) => {
        expect(this.closed).toEqual([]);
        this.text += stream.text(chunk, 0, chunk.length);
      },
      ended: () => void this.ended++,
      drained: () => void this.drained++,
      closed: (error) => void this.closed.push(error),
    };
  }
}

/** Waits for something that happens soon. */
async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
}

async function overSockets(listen: ListenPlace): Promise<[ByteStream, ByteStream]> {
  const host = new NodeHost();
  onTestFinished(() => host.close());
  let taken: (stream: ByteStream) => void = () => undefined;
  const accepted = new Promise<ByteStream>((resolve) => (taken = resolve));
  const listener = await host.listen(listen, (stream) => taken(stream));
  onTestFinished(() => listener.close());
  const place: ConnectPlace =
    "path" in listen ? { path: listen.path } : { address: listener.address, port: listener.port };
  return [await host.connect(place, 5), await accepted];
}

function path(): string {
  const folder = mkdtempSync(join(tmpdir(), "vclc-stream-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "s.sock");
}

const end = { address: "192.0.2.1", port: 1 };
/** Both ends of a connection, from each provider of streams. */
const providers = {
  memory: () => Promise.resolve(MemoryStream.pair(end, end) as [ByteStream, ByteStream]),
  "TCP sockets": () => overSockets({ address: "127.0.0.1", port: 0 }),
  "Unix sockets": () => overSockets({ path: path() }),
  "abstract sockets": () => overSockets({ path: `@vclc-stream-${process.pid}-${Math.random()}` }),
  "a module over TCP sockets": async () => {
    const [a, b] = await overSockets({ address: "127.0.0.1", port: 0 });
    return [invertedStream(a), invertedStream(b)] as [ByteStream, ByteStream];
  },
};

describe.each(Object.entries(providers))("S3-17…S3-22 streams of %s", (_, open) => {
  async function pair(): Promise<[Noted, Noted]> {
    const [a, b] = await open();
    return [new Noted(a), new Noted(b)];
  }

  test("reading pushes what comes, both ways; gathered writing keeps text and chunks in order", async () => {
    const [a, b] = await pair();
    a.stream.write("head \xff\0|", [
      latin1Bytes("one|"),
      latin1Bytes(""),
      latin1Bytes("x".repeat(50_000)),
      latin1Bytes("|end"),
    ]);
    a.stream.write("small \xfe\0|", ["one|", "", "\xff two|"].map(latin1Bytes));
    a.stream.write("", ["three|", "four|"].map(latin1Bytes));
    a.stream.write("", [latin1Bytes("more")]);
    b.stream.write("back");
    await until(() => b.text.endsWith("more") && a.text === "back");
    expect(b.text).toBe(`head \xff\0|one|${"x".repeat(50_000)}|endsmall \xfe\0|one|\xff two|three|four|more`);
  });

  test("an end closes one direction; the other goes on until it ends, then both are closed, once", async () => {
    const [a, b] = await pair();
    a.stream.write("question");
    a.stream.end();
    await until(() => b.ended === 1);
    expect([b.text, a.closed, b.closed]).toEqual(["question", [], []]);
    b.stream.write("answer");
    b.stream.end();
    await until(() => a.closed.length > 0 && b.closed.length > 0);
    expect([a.text, a.ended, a.closed, b.closed]).toEqual(["answer", 1, [undefined], [undefined]]);
  });

  test("after an end or a destruction writing does nothing", async () => {
    const [a, b] = await pair();
    a.stream.end();
    expect(a.stream.write("late")).toBe(true);
    a.stream.end();
    await until(() => b.ended === 1);
    b.stream.destroy();
    await until(() => b.closed.length === 1);
    expect(b.stream.write("late")).toBe(true);
    b.stream.destroy();
    expect([b.text, b.closed]).toEqual(["", [undefined]]);
  });

  test("a reader that pauses makes writing say so; resumed, everything comes, and the writer hears of it", async () => {
    const [a, b] = await pair();
    b.stream.pause();
    const megabyte = new Uint8Array(1 << 20).fill(120);
    let open = true;
    let written = 0;
    for (; open && written < 64; written++) open = a.stream.write("", [megabyte]);
    expect(open).toBe(false);
    expect(a.stream.unsent).toBeGreaterThan(0);
    expect(a.drained).toBe(0);
    b.stream.resume();
    await until(() => b.text.length === written * megabyte.length && a.drained > 0);
    expect(a.stream.unsent).toBe(0);
  });

  test("the receiver may change between two messages", async () => {
    const [a, b] = await pair();
    a.stream.write("first");
    await until(() => b.text === "first");
    const second = new Noted(b.stream);
    a.stream.write("second");
    await until(() => second.text === "second");
    expect(b.text).toBe("first");
  });

  test("a connection that the other side destroys is closed, and nothing comes after that", async () => {
    const [a, b] = await pair();
    b.stream.destroy();
    await until(() => b.closed.length === 1);
    for (let tries = 0; tries < 200 && a.closed.length === 0; tries++) {
      a.stream.write("anybody there?");
      if (a.ended > 0) a.stream.end();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(a.closed).toHaveLength(1);
  });
});

test("S3-06 S3-30 the interface of streams is experimental, and has a version", () => {
  expect(byteStreamVersion).toBe(1);
});

test("S3-29 streams know nothing of HTTP: another protocol goes over them as they are", async () => {
  const [a, b] = await overSockets({ address: "127.0.0.1", port: 0 });
  const client = new Noted(a);
  let frames = "";
  b.receiver = {
    data: (chunk) => {
      frames += b.text(chunk, 0, chunk.length);
      // Each frame is its length and as many bytes.
      for (let size = frames.charCodeAt(0); frames.length > size; size = frames.charCodeAt(0)) {
        b.write(`${String.fromCharCode(size)}${frames.slice(1, 1 + size).toUpperCase()}`);
        frames = frames.slice(1 + size);
      }
    },
    ended: () => b.end(),
    drained: () => undefined,
    closed: () => undefined,
  };
  a.write("\x05hello\x02yo");
  await until(() => client.text === "\x05HELLO\x02YO");
  a.end();
  await until(() => client.closed.length === 1);
});
