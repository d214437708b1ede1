import { describe, expect, test } from "vitest";
import { settled, type MemoryStream } from "../../src/host/memory/index.js";
import type { Exchange } from "../../src/runtime/exchange.js";
import { echo, WireWorld } from "./raw-client.js";

const get = (url: string, more = ""): string => `GET ${url} HTTP/1.1\r\nHost: h\r\n${more}\r\n`;

describe("a client connection", () => {
  test("S3-42 answers requests that came in one write one after the other, in order", async () => {
    const world = new WireWorld(echo);
    const client = world.connect();
    const text = await client.send(get("/1") + get("/2") + get("/3"));
    expect(text.match(/GET \/\d/g)).toEqual(["GET /1", "GET /2", "GET /3"]);
    expect(client.closed).toBe(false);
  });

  test("does not look at a request while the one before it is being answered", async () => {
    const waiting: (() => void)[] = [];
    const world = new WireWorld(async (exchange) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      await echo(exchange);
    });
    const client = world.connect();
    await client.send(`FOO /1 HTTP/1.1\r\nHost: h\r\n\r\n${get("/2")}`);
    expect(world.exchanges.map(({ method, url }) => `${method} ${url}`)).toEqual(["FOO /1"]);
    waiting[0]?.();
    await settled();
    expect(world.exchanges.map(({ method, url }) => `${method} ${url}`)).toEqual(["FOO /1", "GET /2"]);
    waiting[1]?.();
    await settled();
    expect(client.received.match(/(FOO|GET) \/\d/g)).toEqual(["FOO /1", "GET /2"]);
  });

  test("takes a request in pieces, whatever they are", async () => {
    const world = new WireWorld(echo);
    const whole = `POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello${get("/next")}`;
    for (let size = 1; size < 12; size++) {
      const client = world.connect();
      for (let at = 0; at < whole.length; at += size) await client.send(whole.slice(at, at + size));
      expect(client.received.match(/(POST|GET) \/.*$/gm)).toEqual([
        "POST /p helloHTTP/1.1 200 OK",
        "GET /next",
      ]);
    }
  });

  test("S3-41 knows bodies by length, by chunks and none, and leaves what is behind them", async () => {
    const world = new WireWorld(echo);
    const client = world.connect();
    await client.send(
      "PUT /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    );
    await client.send(
      "PUT /b HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nxyPUT /c HTTP/1.1\r\nHost: h\r\n\r\n",
    );
    expect(client.received).toContain("PUT /a abc");
    expect(client.received).toContain("PUT /b xy");
    expect(client.received).toMatch(/PUT \/c$/);
  });

  test("an answer is never lost because a later request is bad", async () => {
    const world = new WireWorld(echo);
    const client = world.connect();
    await client.send(`${get("/good")}rubbish\r\n\r\n${get("/never")}`);
    expect(client.statuses).toEqual([200, 400]);
    expect(client.received).toMatch(/HTTP\/1\.1 400 Bad Request\r\n\r\n$/);
    expect(client.closed).toBe(true);
    expect(world.log("SessClose")[0]).toMatch(/^RX_JUNK /);
  });

  test("what comes behind a request with Connection: close is not looked at, and does not cost the answer", async () => {
    const world = new WireWorld((exchange) => {
      exchange.session.close("REQ_CLOSE");
      return echo(exchange);
    });
    const client = world.connect();
    await client.send(`${get("/last", "Connection: close\r\n")}${get("/more").repeat(100)}`);
    expect(client.statuses).toEqual([200]);
    expect(client.closed).toBe(true);
    await world.advance(2);
    expect(world.exchanges).toHaveLength(1);
  });

  test("a half close after a request does not stop its answer", async () => {
    const world = new WireWorld(async (exchange) => {
      await new Promise((resolve) => world.host.setTimer(1, () => resolve(undefined)));
      await echo(exchange);
    });
    const client = world.connect();
    await client.send(get("/slow"));
    client.stream.end();
    await world.advance(2);
    expect(client.statuses).toEqual([200]);
    expect(client.closed).toBe(true);
    expect(world.log("SessClose")[0]).toMatch(/^REM_CLOSE /);
  });

  test("of 10,000 requests in one write none is lost", async () => {
    const world = new WireWorld(echo);
    const client = world.connect();
    await client.send(get("/x").repeat(10_000));
    for (let round = 0; round < 1000 && client.statuses.length < 10_000; round++) await world.advance(0.01);
    expect(client.statuses).toHaveLength(10_000);
  });

  test("HTTP/2's preface ends the connection without a word", async () => {
    const world = new WireWorld(echo);
    const client = world.connect();
    await client.send("PRI * HTTP/2.0\r\n");
    expect(client.closed).toBe(false);
    await client.send("\r\nSM\r\n\r\n");
    expect([client.received, client.closed]).toEqual(["", true]);
    expect(world.log("SessClose")[0]).toMatch(/^REQ_HTTP20 /);
    expect(world.count("sc_req_http20")).toBe(1);
  });

  test("what follows a line end in one piece is no preface; HttpGarbage has the method, without quotes", async () => {
    const world = new WireWorld(echo);
    const client = world.connect();
    await client.send("\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    expect([client.received, client.closed]).toEqual(["HTTP/1.1 400 Bad Request\r\n\r\n", true]);
    expect(world.log("HttpGarbage")).toEqual(["PRI"]);
  });
});

describe("S3-40 time-outs of a client connection", () => {
  test.each([
    ["silence", "", "RX_CLOSE_IDLE"],
    ["blank lines alone", "\r\n\r\n", "RX_CLOSE_IDLE"],
    ["half a head", "GET / HTTP/1.1\r\nHos", "RX_TIMEOUT"],
    ["the beginning of HTTP/2's preface", "PRI * HT", "RX_TIMEOUT"],
  ])("%s ends after timeout_idle", async (_, bytes, reason) => {
    const world = new WireWorld(echo, { timeout_idle: 2 });
    const client = world.connect();
    if (bytes) await client.send(bytes);
    await world.advance(1.9);
    expect(client.closed).toBe(false);
    await world.advance(0.2);
    expect([client.closed, client.received]).toEqual([true, ""]);
    expect(world.log("SessClose")[0]).toMatch(new RegExp(`^${reason} `));
  });

  test("a head that drips is cut off all the same", async () => {
    const world = new WireWorld(echo, { timeout_idle: 2 });
    const client = world.connect();
    for (const letter of "GET / HTTP") {
      await client.send(letter);
      await world.advance(0.5);
    }
    expect(client.closed).toBe(true);
  });

  test("a body may come slowly, but not pause for timeout_idle", async () => {
    const world = new WireWorld(echo, { timeout_idle: 2 });
    const slow = world.connect();
    await slow.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");
    for (const letter of "hello") {
      await world.advance(1.5);
      await slow.send(letter);
    }
    expect(slow.received).toContain("POST / hello");
    const silent = world.connect();
    await silent.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe");
    await world.advance(2.1);
    expect(silent.received).toContain("broken straight insufficient bytes");
    expect(silent.closed).toBe(true);
    expect(world.log("SessClose").some((text) => text.startsWith("RX_BODY "))).toBe(true);
  });

  test("the time until the next request begins with the last answer, and param.set counts at once", async () => {
    const world = new WireWorld(echo, { timeout_idle: 10 });
    const client = world.connect();
    await world.advance(9);
    world.params.timeout_idle = 3;
    await client.send(get("/"));
    await world.advance(2.9);
    expect(client.closed).toBe(false);
    await world.advance(0.2);
    expect(client.closed).toBe(true);
  });

  test("VCL's sess.timeout_idle holds for the rest of the connection", async () => {
    const world = new WireWorld((exchange) => {
      exchange.session.setTimeout("timeout_idle", 1);
      return echo(exchange);
    });
    const client = world.connect();
    await client.send(get("/"));
    await world.advance(1.1);
    expect(client.closed).toBe(true);
  });

  const megabytes = (exchange: Exchange): void | Promise<void> =>
    exchange.respond(
      { status: 200, reason: "OK", lines: ["Content-Length: 10485760"], chunked: false },
      Array.from({ length: 10 }, () => new Uint8Array(1 << 20)),
    );

  test("a client that takes nothing of its answer is cut off after idle_send_timeout", async () => {
    const world = new WireWorld(megabytes, { idle_send_timeout: 5 });
    const client = world.connect();
    client.stream.pause();
    await client.send(get("/big"));
    await world.advance(4.9);
    expect(world.log("SessClose")).toEqual([]);
    await world.advance(0.3);
    expect(world.log("SessClose")[0]).toMatch(/^TX_ERROR /);
  });

  test.each([
    ["REM_CLOSE", { errno: 32, text: "Broken pipe" }, ""],
    ["TX_ERROR", { errno: 104, text: "Connection reset by peer" }, ""],
    ["REM_CLOSE", { errno: 32, text: "Broken pipe" }, "Connection: close\r\n"],
    ["TX_ERROR", { errno: 104, text: "Connection reset by peer" }, "Connection: close\r\n"],
  ])(
    "an answer that is cut off ends with %s, after %o and with %j asked for",
    async (reason, error, more) => {
      const world = new WireWorld((exchange) => {
        if (more !== "") exchange.session.close("REQ_CLOSE");
        return megabytes(exchange);
      });
      const client = world.connect();
      client.stream.pause();
      await client.send(get("/big", more));
      (client.stream as MemoryStream).break(error);
      await settled();
      expect(world.log("SessClose")[0]?.split(" ")[0]).toBe(reason);
      expect(world.count(`sc_${reason.toLowerCase()}`)).toBe(1);
    },
  );

  test("a client that takes its answer too slowly is cut off after send_timeout", async () => {
    const world = new WireWorld(megabytes, { idle_send_timeout: 5, send_timeout: 12 });
    const client = world.connect();
    client.sips = true;
    await client.send(get("/big"));
    let seconds = 0;
    for (; seconds < 20 && world.log("SessClose").length === 0; seconds += 2) {
      client.stream.resume();
      await world.advance(2);
    }
    expect(world.log("SessClose")[0]).toMatch(/^TX_ERROR /);
    expect(seconds).toBeGreaterThanOrEqual(12);
  });
});

describe("limits of a request's head", () => {
  test("over http_req_size the connection ends without a word, or with http_req_overflow_status", async () => {
    const world = new WireWorld(echo, { http_req_size: 1024 });
    const whole = world.connect();
    await whole.send(get(`/${"x".repeat(2000)}`));
    expect([whole.received, whole.closed]).toEqual(["", true]);
    const unfinished = world.connect();
    await unfinished.send(`GET /${"x".repeat(2000)}`);
    expect(unfinished.closed).toBe(true);
    expect(world.log("SessClose")[0]).toMatch(/^RX_OVERFLOW /);
    world.params.http_req_overflow_status = 431;
    const told = world.connect();
    await told.send(get(`/${"x".repeat(2000)}`));
    expect(told.received).toBe("HTTP/1.1 431 Request Header Fields Too Large\r\n\r\n");
  });

  test("a field over http_req_hdr_len and one line more than http_max_hdr allows are bad requests", async () => {
    const world = new WireWorld(echo, { http_req_hdr_len: 100, http_max_hdr: 32 });
    const lines = (count: number): string =>
      Array.from({ length: count }, (_, i) => `X-${i}: 1\r\n`).join("");
    expect((await world.connect().send(get("/", `X: ${"y".repeat(97)}\r\n`))).slice(0, 12)).toBe(
      "HTTP/1.1 200",
    );
    expect((await world.connect().send(get("/", `X: ${"y".repeat(98)}\r\n`))).slice(0, 12)).toBe(
      "HTTP/1.1 400",
    );
    expect((await world.connect().send(get("/", lines(26)))).slice(0, 12)).toBe("HTTP/1.1 200");
    expect((await world.connect().send(get("/", lines(27)))).slice(0, 12)).toBe("HTTP/1.1 400");
    expect(world.log("BogoHeader")).toEqual([
      "Header too long: X: yyyyyyyyyyyyyyyyy",
      "Too many headers: X-26: 1",
    ]);
  });
});

describe("a front that stops", () => {
  test("ends idle connections at once, lets requests finish, and cuts off what takes too long", async () => {
    const world = new WireWorld(async (exchange) => {
      const seconds = exchange.url === "/slow" ? 3 : 100;
      await new Promise((resolve) => world.host.setTimer(seconds, () => resolve(undefined)));
      await echo(exchange);
    });
    const [idle, slow, stuck] = [world.connect(), world.connect(), world.connect()];
    await slow.send(get("/slow"));
    await stuck.send(get("/stuck"));
    expect(world.front.busy).toBe(2);
    let stopped = false;
    void world.front.stop(10).then(() => (stopped = true));
    await settled();
    expect([idle.closed, slow.closed]).toEqual([true, false]);
    await world.advance(4);
    expect([slow.statuses, slow.closed, stopped]).toEqual([[200], true, false]);
    await world.advance(7);
    expect([stuck.statuses, stuck.closed, stopped]).toEqual([[], true, true]);
  });
});
