import { describe, expect, it } from "vitest";
import { VclFailure } from "../../src/runtime/values/failure.js";
import { settled } from "../../src/host/memory/index.js";
import { inTurn, synth, World } from "./world.js";

const fails = (): never => {
  throw new VclFailure("it broke");
};

describe("deliver", () => {
  it("adds X-Varnish, Age and Via; drops what is of the connection", async () => {
    const world = new World(
      {},
      {
        origin: () => ({
          headers: {
            Age: "30",
            Via: "1.1 up",
            Connection: "X-Hop",
            "X-Hop": "1",
            "Keep-Alive": "1",
            "X-Keep": "1",
            "X-Varnish": "77",
          },
          body: "x",
        }),
      },
    );
    const response = await world.get();
    const names = response.headers.map(([name]) => name);
    expect(names).toEqual([
      "X-Keep",
      "X-Varnish",
      "Content-Length",
      "Date",
      "X-Varnish",
      "Age",
      "Via",
      "Accept-Ranges",
      "Connection",
    ]);
    expect(response.header("age")).toBe("30");
    expect(response.header("via")).toBe("1.1 up, 1.1 cache (Varnish/trunk)");
  });

  it("vcl_deliver: restart, synth and fail let the object go", async () => {
    for (const [action, status] of [
      ["restart", 200],
      ["synth", 404],
      ["fail", 503],
    ] as const) {
      const world = new World({
        vcl_recv: () => "pass",
        vcl_deliver(task) {
          if (task.req.restarts > 0) return "deliver";
          if (action === "synth") return synth(task, 404);
          return action === "fail" ? fails() : action;
        },
      });
      expect((await world.get()).status).toBe(status);
      expect(world.vcl.references).toBe(0);
    }
  });

  it("a restart during a streaming pass calls the fetch off", async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(100_000);
      } finally {
        ended = true;
      }
    }
    const world = new World(
      { vcl_recv: () => "pass", vcl_deliver: (task) => (task.req.restarts === 0 ? "restart" : "deliver") },
      { origin: inTurn({ body: endless() }, { body: "fine" }) },
    );
    expect((await world.get()).body).toBe("fine");
    await world.advance(1);
    expect([ended, world.vcl.references]).toEqual([true, 0]);
  });

  it("obj.hits is 0 unless it was a hit; resp.is_streaming tells a fetch that goes on", async () => {
    const seen: unknown[] = [];
    const world = new World({
      vcl_deliver({ obj, resp }) {
        seen.push([obj.hits, resp.is_streaming, obj.uncacheable]);
      },
    });
    await world.get();
    await world.get();
    expect(seen).toEqual([
      [0, true, false],
      [1, false, false],
    ]);
  });

  it("headers past workspace_client: a bare 500, the end of the connection, and a record of what was lost", async () => {
    const world = new World(
      { vcl_deliver: ({ resp }) => resp.http.set("X-Huge", "v".repeat(20_000)) },
      { params: { workspace_client: 10_000 } },
    );
    const response = await world.get();
    expect([response.status, response.close]).toEqual([500, true]);
    expect(world.log("LostHeader")).toEqual(["X-Huge:"]);
    expect(response.headers.map(([name]) => name)).toEqual(["Server", "Connection"]);
  });

  it("resp.status is cut to three digits on the wire", async () => {
    const world = new World({
      vcl_deliver({ resp }) {
        resp.status = 12404;
      },
    });
    const response = await world.get();
    expect([response.status, response.reason]).toEqual([404, "Not Found"]);
  });
});

describe("304 to the client", () => {
  const lastModified = "Tue, 31 Dec 2024 00:00:00 GMT";
  const world = (): World =>
    new World(
      {},
      { origin: () => ({ headers: { ETag: '"v1"', "Last-Modified": lastModified }, body: "body" }) },
    );

  const cases: readonly (readonly [string, Record<string, string>, number])[] = [
    ["the entity tag matches", { "If-None-Match": '"v1"' }, 304],
    ["it matches weakly", { "If-None-Match": 'W/"v1"' }, 304],
    ["If-None-Match is one tag, not a list", { "If-None-Match": '"v0", "v1"' }, 200],
    [
      "another entity tag; If-Modified-Since is then ignored",
      { "If-None-Match": '"v2"', "If-Modified-Since": lastModified },
      200,
    ],
    ["not modified since", { "If-Modified-Since": lastModified }, 304],
    ["modified since", { "If-Modified-Since": "Mon, 30 Dec 2024 00:00:00 GMT" }, 200],
    [
      "a date in the future counts for nothing",
      { "If-Modified-Since": "Tue, 31 Dec 2030 00:00:00 GMT" },
      200,
    ],
  ];
  for (const [title, headers, status] of cases) {
    it(`${title}: ${status}`, async () => {
      const proxy = world();
      await proxy.get();
      const response = await proxy.get("/", headers);
      expect([response.status, response.body, response.header("content-length")]).toEqual(
        status === 304 ? [304, "", undefined] : [200, "body", "4"],
      );
      expect(response.header("etag")).toBe('"v1"');
    });
  }

  it("a status of VCL's that ends in 200 is one", async () => {
    const proxy = new World(
      { vcl_deliver: ({ resp }) => void (resp.status = 1200) },
      { origin: () => ({ headers: { ETag: '"v1"' }, body: "body" }) },
    );
    expect((await proxy.get("/", { "If-None-Match": '"v1"' })).status).toBe(304);
  });

  it("VCL can prevent it by removing the request header", async () => {
    const proxy = new World(
      { vcl_deliver: ({ req }) => req.http.unset("if-none-match") },
      { origin: () => ({ headers: { ETag: '"v1"' }, body: "body" }) },
    );
    expect((await proxy.get("/", { "If-None-Match": '"v1"' })).status).toBe(200);
  });
});

describe("transmit", () => {
  it("HEAD gets the headers of the object, its length too, and no body", async () => {
    const world = new World();
    await world.get();
    const response = await world.send({ method: "HEAD" });
    expect([response.body, response.header("content-length")]).toEqual(["", "5"]);
  });

  it("HEAD passed on: the backend's Content-Length stays", async () => {
    const world = new World(
      { vcl_recv: () => "pass" },
      { origin: () => ({ headers: { "Content-Length": "77" } }) },
    );
    expect((await world.send({ method: "HEAD" })).header("content-length")).toBe("77");
  });

  it("a HEAD that misses is fetched with GET and answered without a body", async () => {
    const world = new World({}, { origin: (request) => ({ body: request.method }) });
    expect((await world.send({ method: "HEAD" })).body).toBe("");
    expect((await world.get()).body).toBe("GET");
    expect(world.fetches).toBe(1);
  });

  it("204 has neither body nor length", async () => {
    const world = new World({}, { origin: () => ({ status: 204, headers: { "Content-Length": "0" } }) });
    const response = await world.get();
    expect([response.status, response.header("content-length")]).toEqual([204, undefined]);
  });

  it("a body of unknown length has no Content-Length on HTTP/1.1 and ends the connection on HTTP/1.0", async () => {
    const world = new World({ vcl_recv: () => "pass" }, { origin: () => ({ body: ["a", "b"] }) });
    const response = await world.get();
    expect([response.body, response.header("content-length"), response.close]).toEqual([
      "ab",
      undefined,
      false,
    ]);
    const old = await world.send({ proto: "HTTP/1.0", headers: { Connection: "keep-alive" } });
    expect([old.body, old.close]).toEqual(["ab", true]);
  });

  it("a body whose length turned out has Content-Length on a hit", async () => {
    const world = new World({}, { origin: () => ({ body: ["a", "b"] }) });
    await world.get();
    expect((await world.get()).header("content-length")).toBe("2");
  });

  it("Connection: close set by VCL ends the connection", async () => {
    const world = new World({ vcl_deliver: ({ resp }) => resp.http.set("Connection", "close") });
    expect((await world.get()).close).toBe(true);
  });
});

describe("synth", () => {
  const synthetic = (status: number, reason?: string): World =>
    new World({ vcl_recv: (task) => synth(task, status, reason) });

  it("status, reason, Date, Server, X-Varnish and the body of vcl_synth; vcl_deliver does not run", async () => {
    const world = synthetic(404);
    const response = await world.get();
    expect([response.status, response.reason, response.body]).toEqual([404, "Not Found", "404 Not Found"]);
    expect(response.headers).toEqual([
      ["Date", "Wed, 01 Jan 2025 00:00:00 GMT"],
      ["Server", "Varnish"],
      ["X-Varnish", "1002"],
      ["Content-Type", "text/plain"],
      ["Content-Length", "13"],
      ["Connection", "keep-alive"],
    ]);
    expect(world.calls).toEqual(["RECV", "HASH", "SYNTH"]);
  });

  it("12404 goes out as 404; an unknown status has Varnish's phrase; below 100 is 501", async () => {
    expect((await synthetic(12404).get()).status).toBe(404);
    expect((await synthetic(750).get()).reason).toBe("Unknown HTTP Status");
    expect((await synthetic(0).get()).status).toBe(501);
    expect((await synthetic(200, "Mine").get()).reason).toBe("Mine");
  });

  it("Connection: close in the request, also from VCL, ends the connection", async () => {
    const world = new World({
      vcl_recv(task) {
        task.req.http.set("Connection", "close");
        return synth(task, 501);
      },
    });
    expect((await world.get()).close).toBe(true);
  });

  it("HEAD gets no body", async () => {
    const world = synthetic(404);
    const response = await world.send({ method: "HEAD" });
    expect([response.body, response.header("content-length")]).toEqual(["", "13"]);
  });

  it("vcl_synth: restart runs the request again", async () => {
    const world = new World({
      vcl_recv: (task) => (task.req.restarts === 0 ? synth(task, 404) : "hash"),
      vcl_synth: () => "restart",
    });
    expect((await world.get()).status).toBe(200);
  });

  it("vcl_synth: fail is a minimal 500 and the end of the connection", async () => {
    const world = new World({ vcl_recv: (task) => synth(task, 404), vcl_synth: fails });
    const response = await world.get();
    expect([response.status, response.close, response.body]).toEqual([500, true, ""]);
    expect(world.vcl.references).toBe(0);
  });

  it("a client that has gone is answered 408 when VCL fails", async () => {
    const world = new World({
      async vcl_recv() {
        exchange.leave();
        await settled();
        return fails();
      },
      vcl_synth({ resp }) {
        seen.push([resp.status, resp.reason]);
        return "deliver";
      },
    });
    const seen: unknown[] = [];
    const { exchange } = world.start();
    await world.advance(1);
    expect(seen).toEqual([[408, "Client disconnected"]]);
  });
});

describe("vclfail", () => {
  it("rolls the request back before vcl_synth", async () => {
    const ended: unknown[] = [];
    const world = new World({
      vcl_recv(task) {
        task.req.http.set("X-Mine", "1");
        task.req.url = "/changed";
        Object.assign(task.privTask("m"), { value: "state", fini: (value: unknown) => ended.push(value) });
        throw new VclFailure("no");
      },
      vcl_synth({ req, resp }) {
        resp.http.set("Seen", `${req.url} ${req.http.get("x-mine") ?? "unset"}`);
      },
    });
    expect((await world.get("/x")).header("seen")).toBe("/x unset");
    expect(ended).toEqual(["state"]);
    expect(world.count("vcl_fail")).toBe(1);
  });
});

describe("restart", () => {
  it("past max_restarts: 503, vcl_synth sees one more than allowed", async () => {
    const world = new World(
      {
        vcl_recv: () => "restart",
        vcl_synth({ req, resp }) {
          resp.http.set("Restarts", String(req.restarts));
        },
      },
      { params: { max_restarts: 2 } },
    );
    const response = await world.get();
    expect([response.status, response.reason, response.header("restarts")]).toEqual([
      503,
      "Service Unavailable",
      "3",
    ]);
    expect(world.log("VCL_Error")).toEqual(["Too many restarts"]);
  });

  it("vcl_synth cannot restart past the limit: delivered", async () => {
    const world = new World({ vcl_recv: () => "restart", vcl_synth: () => "restart" });
    expect((await world.get()).status).toBe(503);
  });

  it("privs of the task outlive a restart and end with the request", async () => {
    const ended: unknown[] = [];
    const world = new World({
      vcl_recv(task) {
        const priv = task.privTask("m");
        priv.value = Number(priv.value ?? 0) + 1;
        priv.fini = (value) => void ended.push(value);
        if (task.req.restarts === 0) return "restart";
      },
    });
    await world.get();
    expect(ended).toEqual([2]);
  });
});

describe("pipe", () => {
  it("vcl_pipe may answer with synth; bereq is what would be sent", async () => {
    const world = new World({
      vcl_recv: () => "pipe",
      vcl_pipe(task) {
        task.log(
          "Test",
          `${task.bereq.http.get("connection") ?? ""} ${task.bereq.http.get("x-varnish") ?? ""}`,
        );
        return synth(task, 405);
      },
    });
    expect((await world.get()).status).toBe(405);
    expect(world.log("Test")).toEqual(["close 1002"]);
  });
});
