import { describe, expect, test } from "vitest";
import { MemoryHost, settled, type MemoryStream } from "../../src/host/memory/index.js";
import type { FetchFailure, Transport } from "../../src/runtime/backend/transport.js";
import type { BodySource } from "../../src/runtime/body/body.js";
import { latin1Bytes } from "../../src/runtime/values/blob.js";
import type { BackendDefinition } from "../../src/runtime/vcl/vpi.js";
import { BackendOver, giveUp, readText } from "../support/backend-over.js";
import { invert, inverted } from "../support/inverted-transport.js";

const place = { address: "192.0.2.9", port: 80 };
const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** What an origin of bytes got on one connection. */
class Far {
  readonly stream: MemoryStream;
  text = "";
  ended = false;
  closed = false;

  constructor(stream: MemoryStream, heard: (far: Far) => void) {
    this.stream = stream;
    stream.receiver = {
      data: (chunk) => {
        this.text += stream.text(chunk, 0, chunk.length);
        heard(this);
      },
      ended: () => {
        this.ended = true;
        stream.end();
      },
      drained: () => undefined,
      closed: () => void (this.closed = true),
    };
  }
}

/** A backend, and an origin that answers what it hears by this function. */
function world(heard: (far: Far) => void, definition: BackendDefinition = {}) {
  const host = new MemoryHost();
  const fars: Far[] = [];
  host.rawOrigin("192.0.2.9:80", (stream) => fars.push(new Far(stream, heard)));
  const over = new BackendOver(host, place, definition);
  return { host, fars, over };
}

/** Answers each head that ends. */
const answering =
  (answer: string) =>
  (far: Far): void => {
    if (far.text.endsWith("\r\n\r\n")) far.stream.write(answer);
  };

/** A body that a test gives piece by piece. */
function tap(length?: number) {
  let sink: { write(chunk: Uint8Array): unknown } | undefined;
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  let cancelled = false;
  const source: BodySource = {
    length,
    pipe: (to) =>
      new Promise((good, bad) => {
        sink = to;
        resolve = good;
        reject = bad;
      }),
    cancel: () => void (cancelled = true),
  };
  return {
    source,
    give: (text: string) => sink?.write(latin1Bytes(text)),
    end: () => resolve(),
    fail: (why: string) => reject(new Error(why)),
    get cancelled() {
      return cancelled;
    },
  };
}

const failure = (fetch: Promise<unknown>): Promise<FetchFailure> =>
  fetch.then(
    () => expect.unreachable("it did not fail"),
    (error: unknown) => error as FetchFailure,
  );

describe("what is sent", () => {
  test("the request line, the fields in their order, Host last where there is none, and the body", async () => {
    const { fars, over } = world(({ stream, text }) => text.endsWith("body") && void stream.write(ok));
    const headers = [
      ["X-B", "\xff"],
      ["x-b", "2"],
      ["Content-Length", "004"],
    ] as const;
    await over.text({ method: "PUT", url: "*", headers, body: latin1Bytes("body") });
    expect(fars[0]?.text).toBe(
      "PUT * HTTP/1.1\r\nX-B: \xff\r\nx-b: 2\r\nContent-Length: 004\r\nHost: origin\r\n\r\nbody",
    );
  });

  test("a body of unknown length goes in chunks, whatever the fields say of it", async () => {
    const { fars, over } = world(
      ({ stream, text }) => text.endsWith("\r\n0\r\n\r\n") && void stream.write(ok),
    );
    const body = tap();
    const headers = [
      ["Content-Length", "3"],
      ["Transfer-Encoding", "gzip"],
    ] as const;
    const fetch = over.text({ method: "POST", headers, body: body.source });
    await settled();
    expect(fars[0]?.text).toBe("POST / HTTP/1.1\r\nHost: origin\r\nTransfer-Encoding: chunked\r\n\r\n");
    body.give("hello");
    body.give("0123456789abcdef");
    body.end();
    expect(await fetch).toBe("ok");
    expect(fars[0]?.text.split("\r\n\r\n").slice(1).join("\r\n\r\n")).toBe(
      "005\r\nhello\r\n0010\r\n0123456789abcdef\r\n0\r\n\r\n",
    );
  });

  test("a Content-Length that the body does not have is put right or left out", async () => {
    const { fars, over } = world(({ stream, text }) => {
      const ends = text.includes("Content-Length: 2") && !text.includes("\r\n\r\nab") ? "ab" : "\r\n\r\n";
      if (text.endsWith(ends) || text.endsWith("\r\n\r\nab")) stream.write(ok);
    });
    await over.text({ headers: [["Content-Length", "9"]] });
    await over.text({ method: "POST", headers: [["Content-Length", "9"]], body: latin1Bytes("ab") });
    await over.text({ method: "POST", headers: [["Content-Length", "0"]] });
    const heads = fars[0]?.text.split(/(?=GET|POST)/);
    expect(heads?.map((head) => /Content-Length: \d+/.exec(head)?.[0])).toEqual([
      undefined,
      "Content-Length: 2",
      "Content-Length: 0",
    ]);
  });

  test("a URL that would be two lines is not sent", async () => {
    const { over, fars } = world(answering(ok));
    expect((await failure(over.fetch({ url: "/ HTTP/1.1\r\nX: y" }))).message).toMatch(/control character/);
    expect([fars.length, over.backend.connections]).toEqual([0, 0]);
  });

  test("a request body waits while the origin takes nothing, and not without end", async () => {
    const { host, fars, over } = world(({ stream }) => stream.pause());
    const body = tap();
    const fetch = failure(over.fetch({ method: "POST", body: body.source, firstByteTimeout: 3 }));
    await settled();
    let waits = 0;
    while (body.give("x".repeat(32_768)) === undefined) await settled(5);
    waits += 1;
    expect([waits, fars.length]).toEqual([1, 1]);
    await host.clock.advance(3.1);
    expect((await fetch).message).toBe(
      "backend write error: 11 (Resource temporarily unavailable) (Error transaction)",
    );
    expect([body.cancelled, over.texts("BackendClose").length]).toEqual([true, 1]);
  });

  test("a body that breaks off is said in three records, and leads to 400", async () => {
    const { over } = world(() => undefined);
    const body = tap();
    const fetch = failure(over.fetch({ method: "POST", body: body.source }));
    await settled();
    body.fail("chunked header no NL");
    const { records, status } = await fetch;
    expect(records.map(({ text }) => text)).toEqual([
      "chunked header no NL",
      "req.body read error: 0 (Success)",
      "backend write error: 0 (Success) (Error transaction)",
    ]);
    expect([status, over.texts("BackendClose")[0]?.endsWith("close TX_ERROR")]).toEqual([400, true]);
  });
});

describe("early responses", () => {
  test("the answer is handed on while the body is still sent; both go on side by side", async () => {
    const { fars, over } = world(({ stream, text }) => {
      if (text.endsWith("\r\n\r\n") && !text.includes("\r\n0\r\n")) {
        stream.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
      } else if (text.endsWith("\r\n0\r\n\r\n")) stream.write("1\r\nb\r\n0\r\n\r\n");
    });
    const body = tap();
    const fetch = over.fetch({ method: "POST", body: body.source });
    await settled();
    const response = await fetch;
    const text = readText(response);
    body.give("late");
    body.end();
    expect([await text, fars[0]?.text.endsWith("004\r\nlate\r\n0\r\n\r\n")]).toEqual(["ab", true]);
    expect(over.texts("BackendClose")[0]).toMatch(/recycle$/);
  });

  test("an answer that ends before the body does ends the connection", async () => {
    const { fars, over } = world(({ stream, text }) => text.endsWith("\r\n\r\n") && void stream.write(ok));
    const body = tap();
    const fetch = over.text({ method: "POST", body: body.source });
    await settled();
    expect(await fetch).toBe("ok");
    await settled();
    expect([body.cancelled, fars[0]?.closed, over.backend.shared.pool.size]).toEqual([true, true, 0]);
  });
});

describe("the body of an answer", () => {
  test("no more is read than the sink takes, and the time-out does not count while it is waited for", async () => {
    const { host, fars, over } = world((far) => {
      far.stream.write("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n");
      far.stream.write("x".repeat(200_000));
    });
    const response = await over.fetch({ betweenBytesTimeout: 1 });
    let taken = 0;
    let go: () => void = () => undefined;
    const piped = (response.body as BodySource).pipe({
      write(chunk) {
        taken += chunk.length;
        return new Promise((resolve) => (go = resolve));
      },
    });
    await host.clock.advance(100);
    fars[0]?.stream.write("y".repeat(100_000));
    await settled();
    expect([taken < 300_000, (fars[0]?.stream.unsent ?? 0) > 0]).toEqual([true, true]);
    let over300 = false;
    void piped.then(() => (over300 = true));
    for (let i = 0; i < 10 && !over300; i++) {
      go();
      await settled();
    }
    expect([over300, taken]).toEqual([true, 300_000]);
  });

  test("S3-22 S3-40 silence within a body fails it after between_bytes_timeout", async () => {
    const { host, over } = world(answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"));
    const text = failure(readText(await over.fetch({ betweenBytesTimeout: 2 })));
    await host.clock.advance(2.1);
    expect((await text).records.map((record) => record.text)).toEqual([
      "Resource temporarily unavailable",
      "straight insufficient bytes",
    ]);
    expect(over.texts("BackendClose")[0]).toMatch(/close RX_BODY$/);
  });

  test("given up before it was read, its connection can be used again only if all of it has come", async () => {
    for (const [answer, end] of [
      [ok, "recycle"],
      ["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", "close RESP_CLOSE"],
    ] as const) {
      const { over } = world(answering(answer));
      giveUp(await over.fetch());
      expect(over.texts("BackendClose")[0]?.split(" ").slice(2).join(" ")).toBe(end);
      expect(over.backend.connections).toBe(0);
    }
  });

  test("bytes behind it close the connection", async () => {
    const { fars, over } = world(answering(`${ok}HTTP/1.1 200 OK\r\n\r\n`));
    expect([await over.text(), await over.text()]).toEqual(["ok", "ok"]);
    expect([fars.length, over.texts("BackendClose").every((text) => text.endsWith("close RX_JUNK"))]).toEqual(
      [2, true],
    );
  });

  test("a fetch that is called off ends its connection, whatever it waits for", async () => {
    for (const answer of ["", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"]) {
      const { fars, over } = world(answering(answer));
      const abort = new AbortController();
      const text = failure(over.text({ signal: abort.signal }));
      await settled();
      abort.abort();
      expect((await text).message).toBe("fetch given up");
      await settled();
      expect([fars[0]?.closed, over.backend.connections]).toEqual([true, 0]);
    }
  });
});

describe("connections that are kept", () => {
  test("the newest is used first; BackendOpen tells of connect and reuse", async () => {
    const { fars, over } = world(answering(ok));
    const both = await Promise.all([over.fetch(), over.fetch()]);
    for (const response of both) await readText(response);
    expect(over.backend.shared.pool.size).toBe(2);
    await over.text();
    expect(fars.map(({ text }) => text.split("GET").length - 1)).toEqual([1, 2]);
    expect(over.texts("BackendOpen").map((text) => text.replace(/^\d+ v\.b /, ""))).toEqual([
      "192.0.2.9 80 127.0.0.1 40001 connect",
      "192.0.2.9 80 127.0.0.1 40002 connect",
      "192.0.2.9 80 127.0.0.1 40002 reuse 0.000000 1",
    ]);
    expect(over.counters).toEqual({ backend_req: 3, backend_conn: 2, backend_reuse: 1, backend_recycle: 3 });
  });

  test("one event closes an idle connection: data, a close, or backend_idle_timeout, which counts at once", async () => {
    for (const event of [
      (far: Far) => far.stream.write("x"),
      (far: Far) => far.stream.end(),
      (far: Far) => far.stream.break({ errno: 104, text: "Connection reset by peer" }),
    ]) {
      const { fars, over } = world(answering(ok));
      await over.text();
      event(fars[0] as Far);
      await settled();
      expect(over.backend.shared.pool.size).toBe(0);
    }
    const { host, fars, over } = world(answering(ok));
    await over.text();
    await host.clock.advance(30);
    expect(over.backend.shared.pool.size).toBe(1);
    over.params.backend_idle_timeout = 20;
    await host.clock.advance(1.1);
    expect([over.backend.shared.pool.size, fars[0]?.closed, host.clock.pending]).toEqual([0, true, 0]);
  });

  test("a close that comes while the answer is read keeps the connection out of the pool", async () => {
    const { over } = world(({ stream, text }) => {
      if (!text.endsWith("\r\n\r\n")) return;
      stream.write(ok);
      stream.end();
    });
    let go: () => void = () => undefined;
    const piped = ((await over.fetch()).body as BodySource).pipe({
      write: () => new Promise((resolve) => (go = resolve)),
    });
    await settled();
    go();
    await piped;
    expect(over.backend.shared.pool.size).toBe(0);
  });

  test("with the backend its idle connections close, busy ones after their request", async () => {
    const { fars, over } = world(answering(ok));
    const busy = await over.fetch();
    await over.text();
    over.end();
    await settled();
    expect(fars.map(({ closed }) => closed)).toEqual([false, true]);
    await readText(busy);
    await settled();
    expect(fars.map(({ closed }) => closed)).toEqual([true, true]);
  });

  test("Connection of answer and request, and HTTP/1.0, end it", async () => {
    for (const [answer, request, reason] of [
      ["HTTP/1.1 200 OK\r\nConnection: close, keep-alive\r\nContent-Length: 0\r\n\r\n", "", "RESP_CLOSE"],
      ["HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "", "REQ_HTTP10"],
      [ok, "close", "REQ_CLOSE"],
    ] as const) {
      const { over } = world(answering(answer));
      await over.text({ headers: request === "" ? [] : [["Connection", request]] });
      expect(over.texts("BackendClose")[0]).toMatch(new RegExp(` close ${reason}$`));
    }
  });
});

describe("the one free retry", () => {
  /** The second request on a connection gets this; new connections answer well. */
  const stale = (then: (far: Far) => void) => (far: Far) => {
    if (!far.text.endsWith("\r\n\r\n") && !far.text.endsWith("body")) return;
    if (far.text.split("HTTP/1.1\r\n").length > 2) then(far);
    else far.stream.write(ok);
  };
  const close = ({ stream }: Far): void => stream.end();
  const reset = ({ stream }: Far): void => stream.break({ errno: 104, text: "Connection reset by peer" });

  test.each([
    ["closed", close],
    ["reset", reset],
    ["closed after empty lines", (far: Far) => (far.stream.write("\r\n\r\n"), close(far))],
  ])("a kept connection that is %s before an answer is replaced, whatever the method", async (_, then) => {
    const { fars, over } = world(stale(then));
    await over.text();
    expect(
      await over.text({ method: "POST", headers: [["Content-Length", "4"]], body: latin1Bytes("body") }),
    ).toBe("ok");
    expect([fars.length, over.counters["backend_retry"]]).toEqual([2, 1]);
    expect(over.texts("BackendOpen")).toHaveLength(3);
    expect(over.texts("BackendClose")[1]).toMatch(/close RX_BAD$/);
    expect([over.backend.connections, over.texts("FetchError")]).toEqual([
      0,
      ["HTC eof (Unexpected end of input)"],
    ]);
  });

  test("it is one: where the new connection fails, too, the fetch does", async () => {
    const { fars, over } = world((far) => (far.text.includes("/bad") ? close(far) : answering(ok)(far)));
    await over.text();
    expect((await failure(over.text({ url: "/bad" }))).message).toBe("HTC eof (Unexpected end of input)");
    expect([fars.length, over.backend.connections]).toEqual([2, 0]);
  });

  test("no retry: a new connection, a byte of an answer, a time-out, a body that is gone, or VCL forbids it", async () => {
    const fresh = world(close);
    await failure(fresh.over.text());
    expect(fresh.fars).toHaveLength(1);
    const begun = world(stale((far) => (far.stream.write("H"), close(far))));
    await begun.over.text();
    await failure(begun.over.text());
    expect(begun.fars).toHaveLength(1);
    const silent = world(stale(() => undefined));
    await silent.over.text();
    const late = failure(silent.over.text({ firstByteTimeout: 2 }));
    await silent.host.clock.advance(3);
    expect([(await late).message, silent.fars.length]).toEqual(["first byte timeout (reused connection)", 1]);
    const streamed = world((far) => {
      if (far.text.endsWith("body")) close(far);
      else if (!far.text.includes("POST")) far.stream.write(ok);
    });
    await streamed.over.text();
    const body = tap(4);
    const fetch = failure(streamed.over.text({ method: "POST", body: body.source }));
    await settled();
    body.give("body");
    body.end();
    await fetch;
    expect(streamed.fars).toHaveLength(1);
    const forbidden = world(stale(close));
    await forbidden.over.text();
    await failure(forbidden.over.text({ retryConnect: false }));
    expect(forbidden.fars).toHaveLength(1);
  });
});

describe("connecting", () => {
  test("IPv4, then IPv6, each with the whole connect_timeout", async () => {
    const host = new MemoryHost();
    host.refuse("192.0.2.9:80");
    host.origin("::1:80", () => ({ body: "six" }));
    const over = new BackendOver(host, { ...place, fallback: "::1" }, { connectTimeout: 2 });
    const text = over.text();
    await host.clock.advance(2.1);
    expect(await text).toBe("six");
    host.refuse("::1:80");
    over.backend.shared.pool.take()?.close();
    const late = failure(over.text());
    await host.clock.advance(3);
    await host.clock.advance(1.1);
    expect((await late).message).toBe("backend b: fail errno 110 (Connection timed out)");
  });

  test.each([
    [111, "Connection refused", 0.25],
    [13, "Permission denied", 10],
  ])("after error %i (%s) nobody tries again for %d s", async (errno, text, seconds) => {
    const { host, over } = world(answering(ok));
    host.refuse("192.0.2.9:80", { errno, text });
    expect((await failure(over.text())).message).toBe(`backend b: fail errno ${errno} (${text})`);
    host.rawOrigin("192.0.2.9:80", (stream) => new Far(stream, answering(ok)));
    await host.clock.advance(seconds - 0.05);
    expect((await failure(over.text())).message).toBe("backend b: fail errno 0 (Success)");
    await host.clock.advance(0.1);
    expect(await over.text()).toBe("ok");
    expect(over.counters["backend_fail"]).toBe(2);
    expect(over.backend.shared.counters).toMatchObject({ fail: 1, helddown: 1 });
  });

  test("the preamble goes first on each new connection, in the same write as the request", async () => {
    const writes: string[] = [];
    const { over } = world(
      (far) => {
        writes.push(far.text);
        answering(ok)(far);
      },
      { preamble: "hello\r\n" },
    );
    await over.text();
    await over.text();
    expect(writes[0]).toMatch(/^hello\r\nGET \//);
    expect(writes[1]?.split("hello")).toHaveLength(2);
  });

  test(".proxy_header: a connection for each request", async () => {
    const { fars, over } = world(answering(ok), { proxyHeader: 1 });
    await over.text();
    await over.text();
    expect(fars.map(({ text }) => text.split("\r\n")[0])).toEqual(
      Array(2).fill("PROXY TCP4 192.0.2.1 192.0.2.2 4711 80"),
    );
    expect(over.texts("BackendClose").every((text) => text.endsWith("close null"))).toBe(true);
  });

  test("a raw connection has its preamble written, holds its slot, and says why it ended", async () => {
    const { fars, over } = world(() => undefined, { preamble: "first", maxConnections: 1 });
    const { stream, release } = await over.open();
    stream.write(" bytes");
    await settled();
    expect(fars[0]?.text).toBe("first bytes");
    expect((await failure(over.text())).message).toBe("backend b: busy");
    release("TX_PIPE");
    await settled();
    expect([fars[0]?.closed, over.backend.connections]).toEqual([true, 0]);
    expect(over.texts("BackendClose")[0]).toMatch(/ close TX_PIPE$/);
  });
});

describe("what a module puts between", () => {
  test("S3-14 S3-16 S3-19 S3-28: HTTP goes through it, the preamble before it, and its key is part of what the backend is", async () => {
    const { fars, over } = world(
      (far) => far.text.includes(invert("\r\n\r\n")) && void far.stream.write(invert(ok)),
      {
        preamble: "P",
        transport: inverted,
      },
    );
    expect(await over.text()).toBe("ok");
    expect(fars[0]?.text.startsWith(`Phandshake${invert("GET / HTTP/1.1")}`)).toBe(true);
    expect(over.backend.shared.fullForm).toMatch(/;transport=invert\)$/);
  });

  test("S3-20 S3-23: plain connections to the same place stand beside those through it, each kind in a pool of its own", async () => {
    const { host, fars, over } = world((far) => {
      if (far.text.endsWith("\r\n\r\n")) far.stream.write(ok);
      else if (far.text.endsWith(invert("\r\n\r\n"))) far.stream.write(invert(ok));
    });
    const through = new BackendOver(host, place, { transport: inverted });
    for (let round = 0; round < 2; round++) {
      expect(await Promise.all([over.text(), through.text()])).toEqual(["ok", "ok"]);
    }
    expect(fars).toHaveLength(2);
    expect(fars.map(({ text }) => text.startsWith("handshake"))).toEqual([false, true]);
    expect([over.backend.shared.pool.size, through.backend.shared.pool.size]).toEqual([1, 1]);
    expect(over.backend.shared.fullForm).not.toBe(through.backend.shared.fullForm);
  });

  test("S3-25: one that fails, and one that never ends, fail the fetch", async () => {
    const failing: Transport = { key: "x", open: () => Promise.reject(new Error("certificate has expired")) };
    const broken = world(() => undefined, { transport: failing });
    expect((await failure(broken.over.text())).message).toBe("backend b: certificate has expired");
    await settled();
    expect(broken.fars[0]?.closed).toBe(true);
    const hanging: Transport = { key: "y", open: () => new Promise(() => undefined) };
    const hung = world(() => undefined, { transport: hanging, connectTimeout: 1 });
    const late = failure(hung.over.text());
    await hung.host.clock.advance(1.1);
    expect((await late).message).toBe("backend b: fail errno 110 (Connection timed out)");
  });

  test("S3-26: probes run over it", async () => {
    const { host, fars, over } = world(
      (far) => {
        if (!far.text.includes(invert("\r\n\r\n"))) return;
        far.stream.write(invert("HTTP/1.1 200 OK\r\n\r\n"));
        far.stream.end();
      },
      { transport: inverted, probe: { name: "p", initial: 0, threshold: 1 } },
    );
    over.backend.warmUp();
    await host.clock.advance(0.1);
    expect(over.backend.health().healthy).toBe(true);
    expect(fars[0]?.text).toContain(invert("Connection: close"));
  });
});
