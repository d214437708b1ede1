import { afterEach, describe, expect, test } from "vitest";
import { HttpFront } from "vclc/host/node";
import type { Exchange } from "vclc/runtime";
import { rawRequest } from "../support/raw-http.js";

let front: HttpFront | undefined;
afterEach(() => front?.stop());

async function serve(handle: (exchange: Exchange) => void | Promise<void>): Promise<number> {
  front = new HttpFront({ address: "127.0.0.1", port: 0, handle, maxHeaderSize: 4096 });
  return (await front.listen()).port;
}

const hello = [Buffer.from("hello")];
const ok = { status: 200, reason: "OK", headers: [] as [string, string][], close: false };

async function all(body: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  let text = "";
  for await (const chunk of body ?? []) text += Buffer.from(chunk).toString("latin1");
  return text;
}

describe("HTTP/1.1 front", () => {
  test("request headers arrive byte for byte and are not joined", async () => {
    let seen: Exchange | undefined;
    const port = await serve((exchange) => {
      seen = exchange;
      return exchange.respond({ ...ok, close: true }, hello);
    });
    await rawRequest(port, "GET /%e4 HTTP/1.1\r\nHost: a\r\nX-A: \xe9\r\nx-a: 2\r\n\r\n");
    expect(seen?.headers).toEqual([
      ["Host", "a"],
      ["X-A", "\xe9"],
      ["x-a", "2"],
    ]);
    expect(seen).toMatchObject({ method: "GET", url: "/%e4", proto: "HTTP/1.1", body: undefined });
    expect(seen?.client.address).toBe("127.0.0.1");
    expect(seen?.local).toMatchObject({ endpoint: `127.0.0.1:${port}`, socket: "a0" });
  });

  test("a complete body goes out with its length, and the response's own headers as they are", async () => {
    const port = await serve((exchange) =>
      exchange.respond(
        {
          ...ok,
          reason: "Fine",
          headers: [
            ["X-B", "\xff"],
            ["x-b", "2"],
          ],
          close: true,
        },
        hello,
      ),
    );
    const answer = await rawRequest(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(answer).toBe(
      "HTTP/1.1 200 Fine\r\nX-B: \xff\r\nx-b: 2\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
    );
  });

  test("a connection is kept between requests, and pipelined requests are answered in order", async () => {
    let count = 0;
    const port = await serve((exchange) =>
      exchange.respond({ ...ok, close: ++count === 2 }, [Buffer.from(exchange.url)]),
    );
    const answer = await rawRequest(
      port,
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n",
    );
    expect(answer.match(/\r\n\r\n\/[12]/g)).toEqual(["\r\n\r\n/1", "\r\n\r\n/2"]);
    expect(answer).toContain("Connection: keep-alive");
  });

  test("HEAD, 204 and 304 send no body, whatever the runtime hands over", async () => {
    for (const [method, status] of [
      ["HEAD", 200],
      ["GET", 204],
      ["GET", 304],
    ] as const) {
      const port = await serve((exchange) =>
        exchange.respond({ ...ok, status, headers: [["Content-Length", "5"]], close: true }, hello),
      );
      const answer = await rawRequest(port, `${method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
      expect(answer).toMatch(/\r\n\r\n$/);
      await front?.stop();
    }
  });

  test("a body of unknown length goes out in chunks, and to HTTP/1.0 until the connection closes", async () => {
    const port = await serve((exchange) =>
      exchange.respond(
        ok,
        (async function* () {
          yield Buffer.from("ab");
          yield Buffer.from("cde");
        })(),
      ),
    );
    const modern = await rawRequest(port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(modern).toContain("Transfer-Encoding: chunked");
    expect(modern).toMatch(/\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n$/);
    expect(await rawRequest(port, "GET / HTTP/1.0\r\n\r\n")).toMatch(/Connection: close\r\n\r\nabcde$/);
  });

  test("a body that fails cuts the connection", async () => {
    const port = await serve((exchange) =>
      exchange.respond(
        ok,
        (async function* () {
          yield Buffer.from("ab");
          throw new Error("gone");
        })(),
      ),
    );
    const answer = await rawRequest(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").catch(() => "cut");
    expect(answer).not.toContain("\r\n0\r\n\r\n");
  });

  test("a request body is pulled, and 100 Continue goes out when the runtime says so", async () => {
    const port = await serve(async (exchange) => {
      exchange.continue?.();
      await exchange.respond({ ...ok, close: true }, [Buffer.from((await all(exchange.body)).toUpperCase())]);
    });
    const expects = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc";
    expect(await rawRequest(port, expects)).toMatch(
      /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK[^]*ABC$/,
    );
    const chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n0\r\n\r\n";
    expect(await rawRequest(port, chunked)).toMatch(/XY$/);
  });

  test("a client that goes away is noticed, and the body is not pulled to its end", async () => {
    let pulled = 0;
    let ended: () => void = () => undefined;
    const end = new Promise<void>((resolve) => (ended = resolve));
    let seen: Exchange | undefined;
    const port = await serve(async (exchange) => {
      seen = exchange;
      await exchange.respond(
        ok,
        (async function* () {
          for (;;) {
            pulled += 1;
            yield Buffer.alloc(65536);
          }
        })(),
      );
      ended();
    });
    const { connect } = await import("node:net");
    const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    await new Promise((resolve) => socket.once("readable", resolve));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const ahead = pulled;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(pulled).toBe(ahead);
    socket.destroy();
    await end;
    expect(seen?.gone).toBe(true);
  });

  test("a client that takes nothing of its response for too long is cut off", async () => {
    front = new HttpFront({
      address: "127.0.0.1",
      port: 0,
      idleSendTimeout: 0.2,
      handle: (exchange) =>
        exchange.respond(
          ok,
          (async function* () {
            for (;;) yield Buffer.alloc(65536);
          })(),
        ),
    });
    const { port } = await front.listen();
    const { connect } = await import("node:net");
    const socket = connect(port, "127.0.0.1", () =>
      socket.pause().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    );
    socket.on("error", () => undefined);
    await front.stop();
    socket.destroy();
  });

  test("methods that Node does not know reach VCL, with their bodies, also on a connection that is in use", async () => {
    const seen: string[] = [];
    const port = await serve(async (exchange) => {
      seen.push(`${exchange.method} ${exchange.url} ${await all(exchange.body)} ${exchange.client.address}`);
      await exchange.respond(ok, hello);
    });
    const answer = await rawRequest(port, "BAN /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*Connection: close\r\n\r\nhello$/);
    const { connect } = await import("node:net");
    const socket = connect(port, "127.0.0.1", () => socket.write("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"));
    socket.once("data", () => socket.write("REFRESH /2 HTTP/1.1\r\nHost: a\r\n\r\n"));
    await new Promise((resolve) => socket.on("end", resolve));
    expect(seen).toEqual(["BAN /x abc 127.0.0.1", "GET /1  127.0.0.1", "REFRESH /2  127.0.0.1"]);
    expect(await rawRequest(port, "B(N / HTTP/1.1\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
    expect(await rawRequest(port, "BAN nonsense\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
  });

  test("headers past the limit get 431, and what is no HTTP gets 400", async () => {
    const port = await serve((exchange) => exchange.respond(ok, hello));
    expect(await rawRequest(port, `GET / HTTP/1.1\r\nX: ${"y".repeat(9000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 431 /,
    );
    expect(await rawRequest(port, "nonsense\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
  });

  test("a handler that breaks gives a 500", async () => {
    const port = await serve(() => Promise.reject(new Error("bug")));
    expect(await rawRequest(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")).toMatch(/^HTTP\/1.1 500 /);
  });

  test("stopping lets the request in flight finish and closes its connection", async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const port = await serve(async (exchange) => {
      await held;
      await exchange.respond(ok, hello);
    });
    const answer = rawRequest(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stopped = front?.stop();
    await expect(rawRequest(port, "GET / HTTP/1.1\r\n\r\n")).rejects.toThrow();
    release();
    expect(await answer).toMatch(/Connection: close\r\n\r\nhello$/);
    await stopped;
  });

  test("a port in use is one line", async () => {
    const port = await serve(() => undefined);
    const second = new HttpFront({ address: "127.0.0.1", port, handle: () => undefined });
    await expect(second.listen()).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: the address is in use`,
    );
  });
});
