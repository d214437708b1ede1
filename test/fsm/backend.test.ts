import { describe, expect, it } from "vitest";
import { VclFailure } from "../../src/runtime/values/failure.js";
import { error, inTurn, World } from "./world.js";

const fails = (): never => {
  throw new VclFailure("it broke");
};

describe("mkbereq", () => {
  it("a miss is a GET with what belongs in it; the client's conditions and connection headers stay behind", async () => {
    const world = new World();
    await world.send({
      method: "HEAD",
      headers: {
        "If-None-Match": '"x"',
        Range: "bytes=0-1",
        "Cache-Control": "no-cache",
        Connection: "X-Hop",
        "X-Hop": "1",
        TE: "trailers",
        "Accept-Encoding": "gzip",
        Cookie: "a",
      },
    });
    const [sent] = world.host.requests;
    expect(sent?.method).toBe("GET");
    expect(sent?.headers.map(([name]) => name)).toEqual([
      "Host",
      "Accept-Encoding",
      "Cookie",
      "X-Forwarded-For",
      "Via",
      "X-Varnish",
    ]);
    expect(sent?.headers.at(-1)?.[1]).toBe("1003");
    await world.get("/other", { "Accept-Encoding": "br", Cookie: "a" });
    expect(world.host.requests[1]?.headers.map(([name]) => name).slice(-2)).toEqual([
      "Accept-Encoding",
      "X-Varnish",
    ]);
  });

  it("an X-Varnish of the client's stays, ours comes after it", async () => {
    const world = new World();
    await world.get("/", { "X-Varnish": "77" });
    const sent = world.host.requests[0]?.headers.filter(([name]) => name === "X-Varnish");
    expect(sent?.map(([, value]) => value)).toEqual(["77", "1003"]);
  });

  it("a pass keeps the client's conditions and Range", async () => {
    const world = new World({ vcl_recv: () => "pass" });
    await world.get("/", { "If-None-Match": '"x"', Range: "bytes=0-1" });
    const names = world.host.requests[0]?.headers.map(([name]) => name);
    expect(names).toContain("If-None-Match");
    expect(names).toContain("Range");
  });

  it("the backend's host is sent when the request has none", async () => {
    const world = new World({ vcl_backend_fetch: ({ bereq }) => bereq.http.unset("host") });
    await world.get();
    expect(world.host.requests[0]?.headers).toContainEqual(["Host", "127.0.0.1"]);
  });
});

describe("startfetch: vcl_backend_fetch", () => {
  it("abandon: the client gets 503 from vcl_synth", async () => {
    const world = new World({ vcl_backend_fetch: () => "abandon" });
    const response = await world.get();
    expect([response.status, response.reason]).toEqual([503, "Service Unavailable"]);
    expect(world.calls.at(-1)).toBe("SYNTH");
  });

  it("fail: the same, and the error is logged", async () => {
    const world = new World({ vcl_backend_fetch: fails });
    expect((await world.get()).status).toBe(503);
    expect(world.log("VCL_Error")).toEqual(["it broke"]);
    expect(world.vcl.references).toBe(0);
  });

  it("error: vcl_backend_error with its status and reason", async () => {
    const world = new World({ vcl_backend_fetch: (task) => error(task, 404, "Gone fishing") });
    expect((await world.get()).body).toBe("404 Gone fishing");
    expect(world.calls.slice(-3)).toEqual(["BACKEND_FETCH", "BACKEND_ERROR", "DELIVER"]);
  });
});

describe("startfetch: no headers", () => {
  it("a connection that fails leads to vcl_backend_error, 503 Backend fetch failed", async () => {
    const world = new World({}, { origin: () => ({ failure: "reset" }) });
    const response = await world.get();
    expect([response.status, response.reason]).toEqual([503, "Backend fetch failed"]);
    expect(world.log("FetchError")).toEqual(["HTC eof (Unexpected end of input)"]);
  });

  it("no backend", async () => {
    const world = new World({
      vcl_recv({ req }) {
        req.backend_hint = undefined;
      },
    });
    expect((await world.get()).status).toBe(503);
    expect(world.log("FetchError")).toEqual(["No backend"]);
  });

  it("a director that picks none", async () => {
    const empty = {
      vclName: "empty",
      kind: "round_robin",
      health: () => ({ healthy: false, changed: 0 }),
      resolve: () => undefined,
    };
    const world = new World({
      vcl_recv({ req }) {
        req.backend_hint = empty;
      },
    });
    await world.get();
    expect(world.log("FetchError")).toEqual(["Director empty returned no backend"]);
  });

  it("first_byte_timeout, as VCL set it", async () => {
    const world = new World(
      {
        vcl_backend_fetch({ bereq }) {
          bereq.first_byte_timeout = 2;
        },
      },
      { origin: () => ({ latency: 10 }) },
    );
    const { exchange } = world.start();
    await world.advance(3);
    expect(exchange.response.status).toBe(503);
    expect(world.log("FetchError")).toEqual(["first byte timeout"]);
  });

  it("response headers past the limits are a failed fetch", async () => {
    const world = new World({}, { origin: () => ({ headers: { "X-Big": "v".repeat(40_000) } }) });
    expect((await world.get()).status).toBe(503);
    expect(world.log("FetchError")).toEqual(["overflow"]);
  });

  it("an error served with a ttl of 0 is not found by later requests", async () => {
    const world = new World({}, { origin: inTurn({ failure: "no" }, { body: "back" }) });
    await world.get();
    expect((await world.get()).body).toBe("back");
  });

  it("vcl_backend_error may keep the error for a while", async () => {
    const world = new World(
      {
        vcl_backend_error({ beresp }) {
          beresp.ttl = 5;
        },
      },
      { origin: inTurn({ failure: "no" }, { body: "back" }) },
    );
    await world.get();
    expect((await world.get()).status).toBe(503);
    await world.advance(6);
    expect((await world.get()).body).toBe("back");
  });
});

describe("startfetch: vcl_backend_response", () => {
  it("abandon and fail: 503 from vcl_synth", async () => {
    for (const sub of [() => "abandon" as const, fails]) {
      const world = new World({ vcl_backend_response: sub });
      expect((await world.get()).reason).toBe("Service Unavailable");
    }
  });

  it("error: vcl_backend_error", async () => {
    const world = new World({ vcl_backend_response: (task) => error(task, 502) });
    expect((await world.get()).body).toBe("502 Bad Gateway");
  });

  it("retry: once more from vcl_backend_fetch with a new transaction, VCL's changes kept, time-outs reset", async () => {
    const seen: unknown[] = [];
    const world = new World({
      vcl_backend_fetch({ bereq }) {
        seen.push([
          bereq.retries,
          bereq.xid,
          bereq.http.get("x-mine"),
          bereq.connect_timeout,
          bereq.http.get("x-varnish"),
        ]);
        bereq.http.set("X-Mine", "1");
        bereq.connect_timeout = 1;
      },
      vcl_backend_response: ({ bereq }) => (bereq.retries === 0 ? "retry" : "deliver"),
    });
    expect((await world.get()).status).toBe(200);
    expect(seen).toEqual([
      [0, 1003, undefined, 3.5, "1003"],
      [1, 1004, "1", 3.5, "1004"],
    ]);
  });

  it("retry past max_retries: vcl_backend_error, which sees one more than allowed", async () => {
    const world = new World(
      {
        vcl_backend_response: () => "retry",
        vcl_backend_error({ bereq, beresp }) {
          beresp.http.set("Retries", String(bereq.retries));
        },
      },
      { params: { max_retries: 2 } },
    );
    const response = await world.get();
    expect([response.status, response.header("retries"), world.fetches]).toEqual([503, "3", 3]);
    expect(world.log("VCL_Error")).toEqual(["Too many retries, delivering 503"]);
  });

  it("retry of a request whose body has been sent: fail", async () => {
    const world = new World(
      { vcl_recv: () => "pass", vcl_backend_response: () => "retry" },
      { origin: async (request) => ({ body: await request.text() }) },
    );
    expect((await world.send({ method: "POST", body: "once" })).status).toBe(503);
    expect(world.log("VCL_Error")).toEqual(["Retry not possible, original request body not cached"]);
  });

  it("beresp headers past workspace_backend: 503, one FetchError", async () => {
    const world = new World(
      { vcl_backend_response: ({ beresp }) => beresp.http.set("X-Huge", "v".repeat(20_000)) },
      { params: { workspace_backend: 10_000 } },
    );
    expect((await world.get()).status).toBe(503);
    expect(world.log("FetchError")).toEqual(["Workspace overflow"]);
  });

  it("what VCL sets on beresp is what is stored", async () => {
    const world = new World({
      vcl_backend_response({ beresp }) {
        beresp.status = 404;
        beresp.http.set("X-New", "1");
        beresp.http.unset("date");
        beresp.ttl = 10;
      },
    });
    await world.get();
    const response = await world.get();
    expect([response.status, response.reason, response.header("x-new"), response.header("date")]).toEqual([
      404,
      "Not Found",
      "1",
      undefined,
    ]);
  });

  it("no body: Content-Encoding goes", async () => {
    const world = new World({}, { origin: () => ({ status: 204, headers: { "Content-Encoding": "gzip" } }) });
    expect((await world.get()).header("content-encoding")).toBeUndefined();
    const headers = { "Content-Encoding": "gzip", "Content-Length": "5" };
    const passed = new World({ vcl_recv: () => "pass" }, { origin: () => ({ headers }) });
    const response = await passed.send({ method: "HEAD" });
    expect([response.header("content-encoding"), response.header("content-length")]).toEqual([
      undefined,
      "5",
    ]);
  });

  it("a filter that does not open: which one, and why", async () => {
    const world = new World(
      {
        vcl_recv: () => "pass",
        vcl_backend_response({ beresp }) {
          beresp.do_esi = true;
          return "deliver";
        },
      },
      { origin: () => ({ status: 206, body: "<a>" }) },
    );
    expect((await world.get()).status).toBe(503);
    expect(world.log("VCL_Error")).toEqual(["Attempted ESI on partial (206) response"]);
    expect(world.log("FetchError")).toEqual(["Fetch filter esi failed to open"]);
  });

  it("return (fail) is in the log, a failure with a text of its own once", async () => {
    const world = new World({ vcl_backend_response: () => "fail" });
    await world.get();
    expect(world.log("VCL_Error")).toEqual(["Failed from VCL"]);
    const thrown = new World({
      vcl_backend_response() {
        throw new VclFailure("no");
      },
    });
    await thrown.get();
    expect(thrown.log("VCL_Error")).toEqual(["no"]);
  });

  it("bereq.uncacheable is beresp.uncacheable", async () => {
    const seen: unknown[] = [];
    const world = new World({
      vcl_backend_fetch: ({ bereq }) => void seen.push(bereq.uncacheable),
      vcl_backend_response({ bereq, beresp }) {
        beresp.uncacheable = true;
        seen.push(bereq.uncacheable);
        return bereq.retries === 0 ? "retry" : "deliver";
      },
    });
    await world.get();
    expect(seen).toEqual([false, true, true, true]);
  });
});

describe("error: vcl_backend_error", () => {
  it("retry: from vcl_backend_fetch; past the limit: fail", async () => {
    const world = new World(
      { vcl_backend_error: () => "retry" },
      { origin: inTurn({ failure: "no" }, { body: "yes" }) },
    );
    expect((await world.get()).body).toBe("yes");
    const never = new World(
      { vcl_backend_error: () => "retry" },
      { origin: () => ({ failure: "no" }), params: { max_retries: 1 } },
    );
    expect((await never.get()).reason).toBe("Service Unavailable");
    expect(never.log("VCL_Error")).toEqual(["Too many retries, failing"]);
  });

  it("abandon and fail: 503 from vcl_synth", async () => {
    for (const sub of [() => "abandon" as const, fails]) {
      const world = new World({ vcl_backend_error: sub }, { origin: () => ({ failure: "no" }) });
      expect((await world.get()).reason).toBe("Service Unavailable");
    }
  });
});

describe("fetchbody", () => {
  it("breaks while streaming: the client's body breaks off too, and nothing is kept", async () => {
    const world = new World({}, { origin: inTurn({ body: "half", breaks: "reset" }, { body: "whole" }) });
    const response = await world.get();
    expect([response.status, response.body]).toEqual([200, "half"]);
    expect(response.broken).toBeDefined();
    expect(world.log("FetchError")).toEqual(["reset", "eof socket fail"]);
    expect((await world.get()).body).toBe("whole");
  });

  it("breaks while not streaming: vcl_backend_error", async () => {
    const world = new World(
      {
        vcl_backend_response({ beresp }) {
          beresp.do_stream = false;
        },
      },
      { origin: () => ({ body: "half", breaks: "reset" }) },
    );
    const response = await world.get();
    expect([response.status, response.body]).toEqual([503, "503 Backend fetch failed"]);
  });
});

describe("conditional fetch", () => {
  const stale = { headers: { "Cache-Control": "max-age=1", ETag: '"v1"', "X-Old": "1" }, body: "body" };
  const notModified = { status: 304, headers: { "Cache-Control": "max-age=100", "X-New": "1" } };
  const keep = { default_keep: 100, default_grace: 0 };

  it("an expired object that is kept is asked about, and its body served on when the backend answers 304", async () => {
    const world = new World({}, { origin: inTurn(stale, notModified), params: keep });
    await world.get();
    await world.advance(10);
    const response = await world.get();
    expect(world.host.requests[1]?.headers).toContainEqual(["If-None-Match", '"v1"']);
    expect([response.status, response.body]).toEqual([200, "body"]);
    expect([response.header("x-old"), response.header("x-new"), response.header("etag")]).toEqual([
      "1",
      "1",
      '"v1"',
    ]);
    expect(world.calls).toContain("BACKEND_REFRESH");
    await world.advance(50);
    expect((await world.get()).header("x-new")).toBe("1");
    expect(world.fetches).toBe(2);
    expect(world.core.cache.counts.n_object).toBe(1);
  });

  it("vcl_backend_refresh: obj_stale keeps the old headers, beresp takes the new ones", async () => {
    const results: unknown[] = [];
    for (const action of ["obj_stale", "beresp"] as const) {
      const world = new World(
        { vcl_backend_refresh: () => action },
        { origin: inTurn(stale, notModified), params: keep },
      );
      await world.get();
      await world.advance(10);
      const response = await world.get();
      results.push([
        response.header("x-old"),
        response.header("x-new"),
        response.header("etag"),
        response.body,
      ]);
    }
    expect(results).toEqual([
      ["1", undefined, '"v1"', "body"],
      [undefined, "1", '"v1"', "body"],
    ]);
  });

  it("vcl_backend_refresh: retry, error, abandon and fail", async () => {
    for (const [action, status] of [
      ["retry", 200],
      ["error", 503],
      ["abandon", 503],
      ["fail", 503],
    ] as const) {
      const world = new World(
        {
          vcl_backend_refresh(task) {
            expect(task.obj_stale.is_valid).toBe(true);
            if (action === "error") return error(task, 503);
            return action;
          },
        },
        { origin: inTurn(stale, notModified, { body: "new" }), params: keep },
      );
      await world.get();
      await world.advance(10);
      expect((await world.get()).status).toBe(status);
    }
  });

  it("a 304 that nobody asked for: error", async () => {
    const world = new World({}, { origin: () => notModified });
    expect((await world.get()).status).toBe(503);
    expect(world.log("Error")).toEqual(["304 response but not conditional fetch"]);
  });

  it("a 304 to a pass goes to the client as it is", async () => {
    const world = new World({ vcl_recv: () => "pass" }, { origin: () => notModified });
    expect((await world.get("/", { "If-None-Match": '"v1"' })).status).toBe(304);
  });

  it("a strong Last-Modified is asked with, a weak one not", async () => {
    const dates = [
      ["Tue, 31 Dec 2024 00:00:00 GMT", true],
      ["Wed, 01 Jan 2025 00:00:00 GMT", false],
    ] as const;
    for (const [lastModified, asked] of dates) {
      const headers = { "Cache-Control": "max-age=1", "Last-Modified": lastModified };
      const world = new World({}, { origin: () => ({ headers, body: "x" }), params: keep });
      await world.get();
      await world.advance(10);
      await world.get();
      expect(world.host.requests[1]?.headers.some(([name]) => name === "If-Modified-Since")).toBe(asked);
    }
  });

  it("a grace hit revalidates in the background", async () => {
    const world = new World({}, { origin: inTurn(stale, notModified) });
    await world.get();
    await world.advance(5);
    await world.get();
    await world.advance(1);
    expect((await world.get()).header("x-new")).toBe("1");
  });
});
