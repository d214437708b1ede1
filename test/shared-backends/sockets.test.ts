import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NodeHost } from "vclc/host/node";
import { probeExchange } from "../../src/runtime/backend/probe-exchange.js";
import { BackendOver } from "../support/backend-over.js";
import { startProxy, type Proxy } from "../support/proxy.js";

/** A real origin that counts: connections for requests and for polls apart, and how many of the former have closed. */
class CountingOrigin {
  readonly server: Server;
  polls: number[] = [];
  requests = 0;
  /** Answers polls with 503. */
  sick = false;
  /** Requests are answered together, once so many are there. */
  together = 1;
  readonly #waiting: (() => void)[] = [];
  readonly #sockets = new Set<Socket>();
  #closed = 0;

  constructor() {
    this.server = createServer((request, response) => {
      if (request.url?.startsWith("/probe")) {
        this.polls.push(Date.now());
        response.writeHead(this.sick ? 503 : 200).end();
        return;
      }
      this.requests += 1;
      const { socket } = request;
      if (!this.#sockets.has(socket)) {
        this.#sockets.add(socket);
        socket.on("close", () => this.#closed++);
      }
      this.#waiting.push(() => response.end("ok"));
      if (this.#waiting.length >= this.together) this.answer();
    });
    // The proxy decides when idle connections close.
    this.server.keepAliveTimeout = 0;
  }

  /** Connections that carried requests. */
  get connections(): number {
    return this.#sockets.size;
  }

  get open(): number {
    return this.#sockets.size - this.#closed;
  }

  /** Answers whatever waits. */
  answer(): void {
    for (const answer of this.#waiting.splice(0)) answer();
  }

  listen(host = "127.0.0.1", port = 0): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.on("error", reject);
      this.server.listen(port, host, () => resolve((this.server.address() as AddressInfo).port));
    });
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

let origin: CountingOrigin;
let proxy: Proxy;
let port: number;

beforeEach(async () => {
  origin = new CountingOrigin();
  port = await origin.listen();
  proxy = await startProxy();
});

afterEach(async () => {
  await proxy.close();
  await origin.close();
});

const vcl = (fields = "", subs = ""): string =>
  `vcl 4.1; backend b1 { .host = "127.0.0.1"; .port = "${port}"; ${fields} } sub vcl_recv { return (pass); } ${subs}`;

async function until(what: () => boolean): Promise<void> {
  while (!what()) await wait(5);
}

describe("a switch, over real sockets", () => {
  test("S2-02 S2-13: under continuous load a hundred switches fail no request, and close no connection", async () => {
    await proxy.load("a", vcl("", 'sub vcl_deliver { set resp.http.vcl = "a"; }'));
    await proxy.load("b", vcl("", 'sub vcl_deliver { set resp.http.vcl = "b"; }'));
    await proxy.instance.use("a");
    const seen = new Map<string, number>();
    let switching = true;
    const client = async (): Promise<void> => {
      while (switching) {
        const { status, headers } = await proxy.get("/");
        const key = `${status} ${String(headers.vcl)}`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
      }
    };
    const clients = Array.from({ length: 8 }, client);
    for (let i = 0; i < 100; i++) {
      await proxy.instance.use(i % 2 ? "a" : "b");
      await wait(2);
    }
    switching = false;
    await Promise.all(clients);
    expect([...seen.keys()].sort()).toEqual(["200 a", "200 b"]);
    expect(origin.connections).toBeLessThanOrEqual(8);
    expect(origin.open).toBe(origin.connections);
  });

  test("S2-05: what one VCL's probes know, the next one knows at the instant of the switch", async () => {
    const probe =
      '.probe = { .url = "/probe"; .interval = 0.05s; .window = 4; .threshold = 3; .initial = 3; }';
    await proxy.load("a", vcl(probe));
    await proxy.instance.use("a");
    await until(() => origin.polls.length >= 3);
    expect((await proxy.get("/")).status).toBe(200);
    origin.sick = true;
    await until(() => proxy.records.some((record) => record.includes("Went sick")));
    await proxy.load("b", vcl(probe));
    await proxy.instance.use("b");
    const { requests } = origin;
    expect((await proxy.get("/")).status).toBe(503);
    expect(origin.requests).toBe(requests);
    origin.sick = false;
    await until(() => proxy.records.some((record) => record.includes("Went healthy")));
    await proxy.instance.use("a");
    expect((await proxy.get("/")).status).toBe(200);
  });

  test("S2-11 S2-13: a hundred idle connections of one VCL serve the next: the origin sees no new one, and none closes", async () => {
    await proxy.load("a", vcl());
    await proxy.instance.use("a");
    origin.together = 100;
    const hundred = async (): Promise<number[]> => {
      const answers = await Promise.all(Array.from({ length: 100 }, () => proxy.get("/")));
      return answers.map(({ status }) => status);
    };
    expect(await hundred()).toEqual(Array(100).fill(200));
    expect(origin.connections).toBe(100);
    await proxy.load("b", vcl('.first_byte_timeout = 30s; .host_header = "b.example";'));
    await proxy.instance.use("b");
    await proxy.instance.discard("a");
    expect(await hundred()).toEqual(Array(100).fill(200));
    expect([origin.connections, origin.open]).toEqual([100, 100]);
  });

  test("S2-12: the counters of a backend go on over the switch and the end of the VCL before, under the same name", async () => {
    await proxy.load("a", vcl());
    await proxy.instance.use("a");
    for (let i = 0; i < 3; i++) await proxy.get("/");
    const name = `VBE.b1(127.0.0.1:${port}).req`;
    const req = (): number | undefined => proxy.instance.sharedBackends.counters().get(name);
    expect(req()).toBe(3);
    await proxy.load("b", vcl());
    await proxy.instance.use("b");
    await proxy.instance.discard("a");
    await proxy.get("/");
    expect([req(), origin.requests]).toEqual([4, 4]);
  });

  test("S2-43: idle connections close with the last VCL, a busy one after its request", async () => {
    await proxy.load("a", vcl());
    await proxy.load("other", "vcl 4.1; backend none none;");
    await proxy.instance.use("a");
    await Promise.all([proxy.get("/1"), proxy.get("/2")]);
    expect(origin.open).toBe(2);
    origin.together = 2;
    const busy = proxy.get("/3");
    await until(() => origin.requests === 3);
    await proxy.instance.use("other");
    await proxy.instance.discard("a");
    origin.answer();
    expect((await busy).body).toBe("ok");
    await until(() => origin.open === 0);
    await until(() => [...proxy.instance.sharedBackends].length === 0);
  });

  test("S2-14: two names for one machine keep connections of their own, so that the end of one leaves the other's alone", async () => {
    const two = `vcl 4.1; backend one { .host = "127.0.0.1"; .port = "${port}"; } backend two { .host = "127.0.0.1"; .port = "${port}"; }
      sub vcl_recv { if (req.url == "/two") { set req.backend_hint = two; } return (pass); }`;
    await proxy.load("a", two);
    await proxy.instance.use("a");
    await proxy.get("/one");
    await proxy.get("/two");
    expect(origin.connections).toBe(2);
    await proxy.load("b", two.replace("backend two {", "backend three {").replace("= two;", "= three;"));
    await proxy.instance.use("b");
    await proxy.instance.discard("a");
    await until(() => origin.open === 1);
    await proxy.get("/one");
    expect(origin.connections).toBe(2);
  });
});

describe("both address families, over real sockets", () => {
  test("what does not answer over IPv4 is asked, and polled, over IPv6, where this machine has it", async ({
    skip,
  }) => {
    const six = new CountingOrigin();
    const sixPort = await six.listen("::1").catch(() => undefined);
    if (sixPort === undefined) return skip("this machine has no IPv6");
    const host = new NodeHost();
    const endpoint = { name: "b", address: "127.0.0.1", fallback: "::1", port: sixPort };
    const over = new BackendOver(host, endpoint);
    expect(await over.text()).toBe("ok");
    const polled = await probeExchange(host, {
      endpoint,
      preamble: () => "",
      transport: undefined,
      request: "GET /probe HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
      timeout: 5,
      expectClose: true,
    });
    expect(polled).toMatchObject({ reached: "6", sent: true });
    await host.close();
    await six.close();
  });
});
