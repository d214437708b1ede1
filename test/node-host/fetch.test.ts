import { connect } from "node:net";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test } from "vitest";
import { NodeHost } from "vclc/host/node";
import { FetchFailure } from "vclc/runtime";
import { BackendOver, giveUp, readText } from "../support/backend-over.js";
import { rawOrigin, type RawOrigin } from "../support/raw-http.js";

const host = new NodeHost({ log: { record: () => undefined } });
let origin: RawOrigin;
afterEach(async () => {
  await host.close();
  await origin.close();
});

/** A backend at a port of this machine. */
function at(port: number): BackendOver {
  return new BackendOver(host, { address: "127.0.0.1", port });
}

describe("fetches over sockets", () => {
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
    const response = await at(origin.port).fetch({ headers });
    expect(origin.requests[0]).toBe("GET / HTTP/1.1\r\nHost: h\r\nX-B: \xff\r\nx-b: 2\r\n\r\n");
    expect(response).toMatchObject({ status: 299, reason: "So so" });
    expect(response.headers).toMatchObject({
      lines: ["X-A: \xe9", "Set-Cookie: a", "set-cookie: b", "Content-Length: 3"],
    });
    expect(await readText(response)).toBe("abc");
  });

  test("a connection is kept and used again, and log records tell of it", async () => {
    origin = await rawOrigin((_, socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    const over = at(origin.port);
    for (let i = 0; i < 3; i++) expect(await over.text()).toBe("ok");
    expect(origin.connections).toBe(1);
    const ends = new RegExp(
      `^\\d+ v\\.b 127\\.0\\.0\\.1 ${origin.port} 127\\.0\\.0\\.1 \\d+ (connect|reuse)`,
    );
    expect(over.texts("BackendOpen").map((text) => ends.exec(text)?.[1])).toEqual([
      "connect",
      "reuse",
      "reuse",
    ]);
  });

  test("a kept connection that the origin closes under a request is replaced without failing the fetch", async () => {
    origin = await rawOrigin((head, socket) => {
      if (head.includes("/bad")) socket.destroy();
      else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    const over = at(origin.port);
    await over.text();
    await expect(over.fetch({ url: "/bad" })).rejects.toThrow("HTC eof (Unexpected end of input)");
    expect(origin.requests.filter((head) => head.includes("/bad"))).toHaveLength(2);
    expect(over.counters["backend_retry"]).toBe(1);
  });

  test("an idle connection that the origin closes leaves the pool", async () => {
    origin = await rawOrigin((_, socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      setTimeout(() => socket.end(), 20);
    });
    const over = at(origin.port);
    await over.text();
    const { pool } = over.backend.shared;
    for (let i = 0; i < 200 && pool.size > 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(pool.size).toBe(0);
  });

  test("HEAD, 204 and 304 have no body", async () => {
    origin = await rawOrigin((head, socket) =>
      socket.write(
        head.startsWith("HEAD")
          ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
          : "HTTP/1.1 304 Not Modified\r\n\r\n",
      ),
    );
    const over = at(origin.port);
    expect((await over.fetch({ method: "HEAD" })).body).toBeUndefined();
    expect((await over.fetch()).body).toBeUndefined();
    expect(origin.connections).toBe(1);
  });

  test("a refused connection names the backend and the system's reason", async () => {
    origin = await rawOrigin(() => undefined);
    await origin.close();
    const failure = at(origin.port).fetch();
    await expect(failure).rejects.toThrow("backend b: fail errno 111 (Connection refused)");
    await expect(failure).rejects.toBeInstanceOf(FetchFailure);
  });

  test("the first-byte and the between-bytes time-outs fail the fetch", async () => {
    origin = await rawOrigin((head, socket) => {
      if (head.includes("/slow")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    });
    const over = at(origin.port);
    await expect(over.fetch({ firstByteTimeout: 0.1 })).rejects.toThrow("first byte timeout");
    const text = over.text({ url: "/slow", betweenBytesTimeout: 0.1 });
    const failure = await text.catch((error: unknown) => error as FetchFailure);
    expect((failure as FetchFailure).records.map((record) => record.text)).toEqual([
      "Resource temporarily unavailable",
      "straight insufficient bytes",
    ]);
  });

  test("a connection that does not come up in time fails the fetch, time-out by request", async () => {
    origin = await rawOrigin(() => undefined);
    const deaf = await deafPort();
    const fillers = [1, 2, 3].map(() => connect(deaf.port, "127.0.0.1").on("error", () => undefined));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(at(deaf.port).fetch({ connectTimeout: 0.2 })).rejects.toThrow(
      "backend b: fail errno 110 (Connection timed out)",
    );
    for (const filler of fillers) filler.destroy();
    await deaf.close();
  });

  test("an aborted fetch fails at once", async () => {
    origin = await rawOrigin(() => undefined);
    const abort = new AbortController();
    const failure = at(origin.port).fetch({ signal: abort.signal });
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
    const response = await at(origin.port).fetch();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(written).toBeLessThan(32 * 1024 * 1024);
    giveUp(response);
  });

  test("a body that ends before its length, or in a reset, fails while it is read", async () => {
    origin = await rawOrigin((head, socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
      setTimeout(() => (head.includes("/reset") ? socket.resetAndDestroy() : socket.end()), 20);
    });
    const failures = ["/", "/reset"].map((url) =>
      at(origin.port)
        .text({ url })
        .catch((error: unknown) => error),
    );
    const texts = (await Promise.all(failures)).map((error) =>
      (error as FetchFailure).records.map(({ text }) => text),
    );
    expect(texts).toEqual([
      ["straight insufficient bytes"],
      ["Connection reset by peer", "straight insufficient bytes"],
    ]);
  });

  test.each(["*", "noslash", "http://example.com/x", "?q"])("the URL %s goes out as it is", async (url) => {
    origin = await rawOrigin((_, socket, body) =>
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    );
    const headers = [
      ["Host", "h"],
      ["Content-Length", "4"],
    ] as const;
    expect(await at(origin.port).text({ url, method: "PUT", headers, body: Buffer.from("body") })).toBe(
      "body",
    );
    expect(origin.requests).toEqual([`PUT ${url} HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n`]);
  });
});

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
