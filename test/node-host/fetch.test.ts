import { connect } from "node:net";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test } from "vitest";
import { NodeHost } from "vclc/host/node";
import { FetchFailure, type BackendRequest } from "vclc/runtime";
import { rawOrigin, type RawOrigin } from "../support/raw-http.js";

const host = new NodeHost();
let origin: RawOrigin;
afterEach(() => origin?.close());

function request(port: number, more: Partial<BackendRequest> = {}): BackendRequest {
  return {
    endpoint: { name: "b", address: "127.0.0.1", port },
    method: "GET",
    url: "/x",
    headers: [["Host", "example.com"]],
    body: undefined,
    connectTimeout: 1,
    firstByteTimeout: 5,
    betweenBytesTimeout: 5,
    ...more,
  };
}

async function text(body: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  let all = "";
  for await (const chunk of body ?? []) all += Buffer.from(chunk).toString("latin1");
  return all;
}

describe("fetch over a pool", () => {
  test("headers go out and come back byte for byte, in order, and none is joined", async () => {
    origin = await rawOrigin((_, socket) =>
      socket.write(
        "HTTP/1.1 299 So so\r\nX-A: \xe9\r\nSet-Cookie: a\r\nset-cookie: b\r\nContent-Length: 3\r\n\r\nabc",
        "latin1",
      ),
    );
    const headers = [
      ["Host", "h"],
      ["X-B", "\xff"],
      ["x-b", "2"],
    ] as const;
    const response = await host.fetch(request(origin.port, { headers }));
    expect(origin.requests[0]).toContain("X-B: \xff\r\nx-b: 2\r\n");
    expect(response).toMatchObject({ status: 299, reason: "So so" });
    expect(response.headers.slice(0, 3)).toEqual([
      ["X-A", "\xe9"],
      ["Set-Cookie", "a"],
      ["set-cookie", "b"],
    ]);
    expect(await text(response.body)).toBe("abc");
  });

  test("a connection is kept and used again", async () => {
    origin = await rawOrigin((_, socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    for (let i = 0; i < 3; i++) {
      await text((await host.fetch(request(origin.port))).body);
      await nextTurn();
    }
    expect(origin.connections).toBe(1);
  });

  test("a kept connection that the origin has closed is replaced without failing the fetch", async () => {
    origin = await rawOrigin((head, socket) => {
      if (head.includes("/bad")) socket.destroy();
      else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    await text((await host.fetch(request(origin.port))).body);
    await nextTurn();
    await expect(host.fetch(request(origin.port, { url: "/bad" }))).rejects.toThrow(
      "http first read error: EOF",
    );
    expect(origin.requests.filter((head) => head.includes("/bad"))).toHaveLength(2);
  });

  test("a request body of unknown length is streamed in chunks", async () => {
    origin = await rawOrigin((_, socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from("one");
      yield Buffer.from("two");
    }
    await host.fetch(request(origin.port, { method: "POST", body: body() }));
    expect(origin.requests[0]?.toLowerCase()).toContain("transfer-encoding: chunked");
  });

  test("HEAD, 204 and 304 have no body", async () => {
    origin = await rawOrigin((head, socket) =>
      socket.write(
        head.startsWith("HEAD")
          ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
          : "HTTP/1.1 304 Not Modified\r\n\r\n",
      ),
    );
    expect((await host.fetch(request(origin.port, { method: "HEAD" }))).body).toBeUndefined();
    expect((await host.fetch(request(origin.port))).body).toBeUndefined();
  });

  test("a refused connection names the backend and the system's reason", async () => {
    origin = await rawOrigin(() => undefined);
    await origin.close();
    const failure = host.fetch(request(origin.port));
    await expect(failure).rejects.toThrow("backend b: fail errno 111 (Connection refused)");
    await expect(failure).rejects.toBeInstanceOf(FetchFailure);
  });

  test("the first-byte and the between-bytes time-outs fail the fetch", async () => {
    origin = await rawOrigin((head, socket) => {
      if (head.includes("/slow")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    });
    const started = Date.now();
    await expect(host.fetch(request(origin.port, { firstByteTimeout: 0.1 }))).rejects.toThrow(
      "first byte timeout",
    );
    const response = await host.fetch(request(origin.port, { url: "/slow", betweenBytesTimeout: 0.1 }));
    await expect(text(response.body)).rejects.toThrow("between bytes timeout");
    // undici's own time-outs would take a second and more.
    expect(Date.now() - started).toBeLessThan(900);
  });

  test("a connection that does not come up in time fails the fetch, time-out by request", async () => {
    const deaf = await deafPort();
    const fillers = [1, 2, 3].map(() => connect(deaf.port, "127.0.0.1").on("error", () => undefined));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const started = Date.now();
    await expect(host.fetch(request(deaf.port, { connectTimeout: 0.2 }))).rejects.toThrow(
      "backend b: fail errno 110 (Connection timed out)",
    );
    expect(Date.now() - started).toBeLessThan(2000);
    for (const filler of fillers) filler.destroy();
    await deaf.close();
  });

  test("an aborted fetch fails at once", async () => {
    origin = await rawOrigin(() => undefined);
    const abort = new AbortController();
    const failure = host.fetch(request(origin.port, { signal: abort.signal }));
    setTimeout(() => abort.abort(), 20);
    await expect(failure).rejects.toThrow("fetch given up");
  });

  test("a body is pulled: the origin cannot run ahead of the reader", async () => {
    let written = 0;
    origin = await rawOrigin((_, socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n");
      const more = (): void => {
        while (written < 67108864) {
          written += 65536;
          if (!socket.write(Buffer.alloc(65536))) return void socket.once("drain", more);
        }
      };
      more();
    });
    const response = await host.fetch(request(origin.port));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(written).toBeLessThan(32 * 1024 * 1024);
    await response.body?.[Symbol.asyncIterator]().return?.();
  });

  test("a body that ends before its length fails while it is read", async () => {
    origin = await rawOrigin((_, socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"));
    const response = await host.fetch(request(origin.port));
    await expect(text(response.body)).rejects.toThrow("body closed before its end");
  });
});

/** A connection can be used again one turn of the event loop after its last response. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

/** A port whose process never accepts and whose queue is one long: once it is full, connecting hangs. */
async function deafPort(): Promise<{ port: number; close: () => Promise<unknown> }> {
  const code = `
    const server = require("node:net").createServer();
    server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      require("node:worker_threads").parentPort.postMessage(server.address().port);
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10000));
    });`;
  const worker = new Worker(code, { eval: true });
  const port = await new Promise<number>((resolve) => worker.once("message", resolve));
  return { port, close: () => worker.terminate() };
}

describe("URLs without a slash", () => {
  test.each(["*", "noslash", "http://example.com/x", "?q"])(
    "%s goes out as it is, body and all",
    async (url) => {
      origin = await rawOrigin((_, socket, body) =>
        socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
      );
      const headers = [
        ["Host", "h"],
        ["Content-Length", "4"],
      ] as const;
      const sent = request(origin.port, { url, method: "PUT", headers, body: Buffer.from("body") });
      const response = await host.fetch(sent);
      expect(await text(response.body)).toBe("body");
      expect(origin.requests).toEqual([
        `PUT ${url} HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nConnection: close\r\n\r\n`,
      ]);
    },
  );

  test("fail like any other", async () => {
    origin = await rawOrigin((_, socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"));
    const { body } = await host.fetch(request(origin.port, { url: "*" }));
    await expect(text(body)).rejects.toThrow("body closed before its end");
    const silent = await rawOrigin(() => undefined);
    const late = request(silent.port, { url: "*", firstByteTimeout: 0.05 });
    await expect(host.fetch(late)).rejects.toThrow(new FetchFailure("first byte timeout"));
    await silent.close();
    await expect(host.fetch(request(silent.port, { url: "*" }))).rejects.toThrow(
      "backend b: fail errno 111 (Connection refused)",
    );
    await expect(host.fetch(request(origin.port, { url: "a b" }))).rejects.toThrow(FetchFailure);
  });
});
