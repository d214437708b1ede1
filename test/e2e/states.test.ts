import { connect } from "node:net";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { rawRequest } from "../support/raw-http.js";
import { startOrigin, startProxy, type Origin, type Proxy } from "../support/proxy.js";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let origin: Origin;
let proxy: Proxy;
let answer: Answer;
let round = 0;
let active: string | undefined;

beforeAll(async () => {
  origin = await startOrigin((request, response) => answer(request, response));
  proxy = await startProxy({ parameters: { timeout_idle: 1 } });
});

beforeEach(() => {
  origin.requests.length = 0;
  proxy.records.length = 0;
  answer = (request, response) => void response.end(`origin ${request.method} ${request.url}`);
});

afterAll(async () => {
  await proxy.close();
  await origin.close();
});

/** Uses a policy in front of the origin. */
async function use(subs: string, backend = ""): Promise<void> {
  const name = `v${++round}`;
  const declared = `vcl 4.1; import std; backend b { .host = "127.0.0.1"; .port = "${origin.port}"; ${backend} }`;
  await proxy.load(name, `${declared}\n${subs}`);
  await proxy.instance.use(name);
  // The one before ends with its last request, and its probe at once.
  if (active) await proxy.instance.discard(active);
  active = name;
}

/** A URL that nothing else has cached. */
function url(): string {
  return `/${++round}`;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("lookup over sockets", () => {
  test("a miss is fetched, stored and hit; Age, Via and X-Varnish tell", async () => {
    await use("sub vcl_deliver { set resp.http.X-Hits = obj.hits; }");
    const at = url();
    const first = await proxy.get(at);
    const second = await proxy.get(at);
    expect([first.body, second.body]).toEqual([`origin GET ${at}`, `origin GET ${at}`]);
    expect([first.headers["x-hits"], second.headers["x-hits"]]).toEqual(["0", "1"]);
    expect(origin.requests).toHaveLength(1);
    expect(second.headers).toMatchObject({
      age: "0",
      "x-varnish": expect.stringMatching(/^\d+ \d+$/) as string,
    });
  });

  test("pass fetches every time and stores nothing", async () => {
    await use("sub vcl_recv { return (pass); }");
    const at = url();
    await proxy.get(at);
    await proxy.get(at);
    expect(origin.requests).toHaveLength(2);
  });

  test("requests for the same object wait for one fetch", async () => {
    await use("");
    answer = (_, response) => void setTimeout(() => response.end("once"), 100);
    const at = url();
    const answers = await Promise.all(Array.from({ length: 10 }, () => proxy.get(at)));
    expect(answers.map(({ body }) => body)).toEqual(Array<string>(10).fill("once"));
    expect(origin.requests).toHaveLength(1);
  });

  test("hit-for-miss: what may not be cached does not make the next requests wait in line", async () => {
    await use("sub vcl_backend_response { set beresp.uncacheable = true; }");
    answer = (_, response) => void setTimeout(() => response.end("x"), 100);
    const at = url();
    await proxy.get(at);
    const started = Date.now();
    await Promise.all([1, 2, 3, 4].map(() => proxy.get(at)));
    expect(Date.now() - started).toBeLessThan(300);
    expect(origin.requests).toHaveLength(5);
  });

  test("hit-for-pass: the next request goes the way of pass", async () => {
    await use(
      `sub vcl_backend_response { return (pass(10s)); }
       sub vcl_pass { set req.http.X-Pass = "yes"; }
       sub vcl_deliver { set resp.http.X-Pass = req.http.X-Pass; }`,
    );
    const at = url();
    expect((await proxy.get(at)).headers["x-pass"]).toBe("");
    expect((await proxy.get(at)).headers["x-pass"]).toBe("yes");
  });

  test("in grace the old object is delivered at once and a new one fetched behind it", async () => {
    await use("sub vcl_backend_response { set beresp.ttl = 0.1s; set beresp.grace = 10s; }");
    let count = 0;
    answer = (_, response) => void response.end(`version ${++count}`);
    const at = url();
    expect((await proxy.get(at)).body).toBe("version 1");
    await wait(200);
    expect((await proxy.get(at)).body).toBe("version 1");
    await wait(60);
    expect((await proxy.get(at)).body).toBe("version 2");
  });

  test("an object with a validator is refreshed by 304 and keeps its body", async () => {
    await use(
      "sub vcl_backend_response { set beresp.ttl = 0.1s; set beresp.grace = 0s; set beresp.keep = 10s; }",
    );
    answer = (request, response) => {
      response.setHeader("ETag", '"1"');
      if (request.headers["if-none-match"] === '"1"') {
        response.statusCode = 304;
        response.setHeader("X-New", "yes");
        response.end();
      } else response.end("body");
    };
    const at = url();
    await proxy.get(at);
    await wait(200);
    const { status, body, headers } = await proxy.get(at);
    expect([status, body, headers["x-new"]]).toEqual([200, "body", "yes"]);
    expect(origin.requests).toHaveLength(2);
  });

  test("Vary keeps variants apart", async () => {
    await use("");
    answer = (request, response) => {
      response.setHeader("Vary", "X-Lang");
      response.end(`in ${String(request.headers["x-lang"])}`);
    };
    const at = url();
    for (const lang of ["de", "en", "de"]) {
      expect((await proxy.get(at, { headers: { "X-Lang": lang } })).body).toBe(`in ${lang}`);
    }
    expect(origin.requests).toHaveLength(2);
  });

  test("purge takes the object out", async () => {
    await use('sub vcl_recv { if (req.method == "PURGE") { return (purge); } }');
    const at = url();
    await proxy.get(at);
    expect((await proxy.get(at, { method: "PURGE" })).status).toBe(200);
    await proxy.get(at);
    expect(origin.requests).toHaveLength(2);
  });

  test("a client that has the object gets 304, and HEAD gets no body", async () => {
    await use("");
    answer = (_, response) => {
      response.setHeader("ETag", '"a"');
      response.setHeader("Content-Length", "4");
      response.end("body");
    };
    const at = url();
    await proxy.get(at);
    expect((await proxy.get(at, { headers: { "If-None-Match": '"a"' } })).status).toBe(304);
    const head = await proxy.get(at, { method: "HEAD" });
    expect([head.status, head.body, head.headers["content-length"]]).toEqual([200, "", "4"]);
    expect(origin.requests).toHaveLength(1);
  });
});

describe("restart, retry and errors over sockets", () => {
  test("restart runs vcl_recv again, at most max_restarts times", async () => {
    await use(
      "sub vcl_deliver { if (req.restarts < 2) { return (restart); } set resp.http.X-Restarts = req.restarts; }",
    );
    expect((await proxy.get(url())).headers["x-restarts"]).toBe("2");
    await use("sub vcl_deliver { return (restart); }");
    expect((await proxy.get(url())).status).toBe(503);
  });

  test("retry fetches again from where vcl_backend_fetch says", async () => {
    await use(
      `sub vcl_backend_fetch { set bereq.http.X-Try = bereq.retries; }
       sub vcl_backend_response { if (beresp.status == 500 && bereq.retries < 2) { return (retry); } }`,
    );
    answer = (request, response) => {
      response.statusCode = request.headers["x-try"] === "2" ? 200 : 500;
      response.end("tried");
    };
    expect((await proxy.get(url())).status).toBe(200);
    expect(origin.requests).toHaveLength(3);
  });

  test("a failed fetch runs vcl_backend_error, whose page the client gets", async () => {
    await use(
      'sub vcl_backend_error { set beresp.status = 502; set beresp.body = "sorry"; return (deliver); }',
    );
    answer = (request) => void request.socket.destroy();
    const { status, body } = await proxy.get(url());
    expect([status, body]).toEqual([502, "sorry"]);
    expect(proxy.records.join("\n")).toContain("FetchError HTC eof (Unexpected end of input)");
  });

  test("an origin that takes too long fails the fetch, by the backend's time-out or bereq's", async () => {
    answer = () => undefined;
    await use("", ".first_byte_timeout = 0.2s;");
    expect((await proxy.get(url())).status).toBe(503);
    await use("sub vcl_backend_fetch { set bereq.first_byte_timeout = 0.2s; }");
    expect((await proxy.get(url())).status).toBe(503);
    expect(proxy.records.filter((record) => record.includes("FetchError first byte timeout"))).toHaveLength(
      2,
    );
  });

  test("abandon gives 503; a failing sub gives 503 and a record, and the process goes on", async () => {
    await use("sub vcl_backend_fetch { return (abandon); }");
    expect((await proxy.get(url())).status).toBe(503);
    await use('sub vcl_recv { set req.http.X = 1 / std.integer("0", 0); }');
    expect((await proxy.get(url())).status).toBe(503);
    expect(proxy.records.join("\n")).toMatch(/VCL_Error .*[Dd]ivision by zero/);
    await use("sub vcl_recv { return (synth(204)); }");
    expect((await proxy.get(url())).status).toBe(204);
  });

  test("max_connections and a sick backend are refused with Varnish's texts", async () => {
    await use("sub vcl_recv { return (pass); }", ".max_connections = 1;");
    answer = (_, response) => void setTimeout(() => response.end("slow"), 200);
    const [a, b] = await Promise.all([proxy.get(url()), proxy.get(url())]);
    expect([a.status, b.status].sort()).toEqual([200, 503]);
    expect(proxy.records.join("\n")).toContain("FetchError backend b: busy");
    await use("", '.probe = { .url = "/health"; .initial = 0; .interval = 60s; .timeout = 0.1s; }');
    expect((await proxy.get(url())).status).toBe(503);
    expect(proxy.records.join("\n")).toContain("FetchError backend b: unhealthy");
  });

  test("a probe that succeeds makes a backend healthy, with the real request on the wire", async () => {
    await use("", '.host_header = "h.example"; .probe = { .url = "/up"; .interval = 0.1s; .threshold = 1; }');
    await wait(150);
    const probe = origin.requests.find(({ url: path }) => path === "/up");
    expect(probe?.headers.host).toBe("h.example");
    expect((await proxy.get(url())).status).toBe(200);
  });
});

describe("bodies over sockets", () => {
  test("a body of unknown length streams: the client has the beginning before the origin has the end", async () => {
    await use("");
    let finish: () => void = () => undefined;
    answer = (_, response) => {
      response.write("begin ");
      finish = () => void response.end("end");
    };
    const socket = connect(proxy.port, "127.0.0.1", () =>
      socket.write(`GET ${url()} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`),
    );
    let text = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
    while (!text.includes("begin")) await wait(5);
    expect(text).not.toContain("end\r\n");
    finish();
    await new Promise((resolve) => socket.on("end", resolve));
    expect(text).toMatch(/Transfer-Encoding: chunked[^]*006\r\nbegin \r\n003\r\nend\r\n0\r\n\r\n$/);
  });

  test("a body larger than memory should hold passes through, held back by a client that is slow", async () => {
    await use("sub vcl_recv { return (pass); }");
    const size = 64 * 1024 * 1024;
    let written = 0;
    answer = (_, response) => {
      response.setHeader("Content-Length", size);
      const chunk = Buffer.alloc(65536, "x");
      const more = (): void => {
        while (written < size) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    };
    const socket = connect(proxy.port, "127.0.0.1", () =>
      socket.write(`GET ${url()} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`),
    );
    socket.pause();
    await wait(500);
    expect(written).toBeLessThan(size / 2);
    let received = 0;
    socket.on("data", (chunk) => (received += chunk.length)).resume();
    await new Promise((resolve) => socket.on("end", resolve));
    expect(received).toBeGreaterThan(size);
  });

  test("an origin that dies in the middle cuts the client's connection", async () => {
    await use("");
    answer = (request, response) => {
      response.write("begin ");
      setTimeout(() => request.socket.destroy(), 50);
    };
    const text = await rawRequest(proxy.port, `GET ${url()} HTTP/1.1\r\nHost: a\r\n\r\n`).catch(() => "");
    expect(text).not.toContain("\r\n0\r\n\r\n");
  });

  test("a client that goes away in the middle ends a passed fetch", async () => {
    await use("sub vcl_recv { return (pass); }");
    const closed = new Promise<void>((resolve) => {
      answer = (request, response) => {
        request.socket.on("close", () => resolve());
        const more = (): void => {
          if (!response.destroyed && response.write(Buffer.alloc(65536))) setImmediate(more);
          else response.once("drain", more);
        };
        more();
      };
    });
    const socket = connect(proxy.port, "127.0.0.1", () =>
      socket.write(`GET ${url()} HTTP/1.1\r\nHost: a\r\n\r\n`),
    );
    await new Promise((resolve) => socket.once("data", resolve));
    socket.destroy();
    await closed;
  });

  test("request bodies reach the origin, with length and in chunks", async () => {
    await use("");
    answer = (request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => response.end(`${String(request.headers["transfer-encoding"])} ${text}`));
    };
    expect(
      (await proxy.get(url(), { method: "POST", body: "hello", headers: { "Content-Length": "5" } })).body,
    ).toBe("undefined hello");
    const chunked = await proxy.get(url(), {
      method: "POST",
      body: "hello",
      headers: { "Transfer-Encoding": "chunked" },
    });
    expect(chunked.body).toBe("chunked hello");
  });

  test("a kept request body is sent again at a retry", async () => {
    await use(
      `sub vcl_recv { std.cache_req_body(1KB); return (pass); }
       sub vcl_backend_response { if (bereq.retries == 0) { return (retry); } }`,
    );
    const bodies: string[] = [];
    answer = (request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => (bodies.push(text), response.end("ok")));
    };
    await proxy.get(url(), { method: "POST", body: "again" });
    expect(bodies).toEqual(["again", "again"]);
  });

  test("bytes that are no UTF-8 pass in both directions, in headers as in bodies", async () => {
    await use("sub vcl_deliver { set resp.http.X-Echo = req.http.X-In; }");
    answer = (_, response) => void response.end(Buffer.from([0xff, 0x00, 0xe9]));
    const text = await rawRequest(
      proxy.port,
      `GET ${url()} HTTP/1.1\r\nHost: a\r\nX-In: \xe9\xff\r\nConnection: close\r\n\r\n`,
    );
    expect(text).toContain("X-Echo: \xe9\xff\r\n");
    expect(text).toMatch(/\r\n\r\n\xff\x00\xe9$/);
  });

  test("too many headers, or too large ones, are refused in an orderly way", async () => {
    await use("");
    const many = Array.from({ length: 100 }, (_, i) => `X-${i}: y\r\n`).join("");
    expect(await rawRequest(proxy.port, `GET / HTTP/1.1\r\nHost: a\r\n${many}\r\n`)).toMatch(
      /^HTTP\/1.1 400 /,
    );
    await use("sub vcl_recv { set req.http.X = req.http.X + req.http.Y + req.http.Y; return (restart); }");
    const big = await rawRequest(
      proxy.port,
      `GET / HTTP/1.1\r\nHost: a\r\nY: ${"z".repeat(8000)}\r\nConnection: close\r\n\r\n`,
    );
    expect(big).toMatch(/^HTTP\/1.1 50[03] /);
    expect((await proxy.get(url())).status).toBeGreaterThan(0);
  });
});
