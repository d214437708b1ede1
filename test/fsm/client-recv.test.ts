import { describe, expect, it } from "vitest";
import { VclFailure } from "../../src/runtime/values/failure.js";
import type { VclBody } from "../../src/runtime/vcl/vpi.js";
import { label, synth, World } from "./world.js";

const fails = (): never => {
  throw new VclFailure("it broke");
};

describe("transport", () => {
  it("an Expect other than 100-continue is answered 417 without VCL", async () => {
    const world = new World();
    const response = await world.get("/", { Expect: "miracles" });
    expect([response.status, response.close, response.body]).toEqual([417, true, ""]);
    expect(world.calls).toEqual([]);
    expect(world.vcl.references).toBe(0);
  });

  it("a Connection that names a header which must stay is answered 400", async () => {
    const world = new World();
    expect((await world.get("/", { Connection: "Cookie" })).status).toBe(400);
    expect((await world.get("/", { Connection: "X-Mine" })).status).toBe(200);
  });

  it("more headers than http_max_hdr allows are answered 400", async () => {
    const world = new World({}, { params: { http_max_hdr: 32 } });
    const headers = Object.fromEntries(Array.from({ length: 27 }, (_, i) => [`X-${i}`, "v"]));
    expect((await world.get("/", headers)).status).toBe(400);
    expect((await world.get("/")).status).toBe(200);
  });

  it("a request larger than http_req_size ends the connection without an answer", async () => {
    const world = new World();
    const { exchange, done } = world.start({ headers: { "X-Big": "v".repeat(40_000) } });
    await done;
    expect(exchange.head).toBeUndefined();
    expect(world.log("SessClose")[0]).toMatch(/^RX_OVERFLOW /);
  });

  it("Connection: close and HTTP/1.0 end the connection, keep-alive keeps it", async () => {
    const world = new World();
    expect((await world.get()).header("connection")).toBe("keep-alive");
    const closing = await world.get("/", { Connection: "close" });
    expect([closing.close, closing.header("connection")]).toEqual([true, "close"]);
    expect((await world.send({ proto: "HTTP/1.0" })).close).toBe(true);
    expect((await world.send({ proto: "HTTP/1.0", headers: { Connection: "keep-alive" } })).close).toBe(
      false,
    );
  });
});

describe("recv", () => {
  it("two Host headers are answered 400", async () => {
    const world = new World();
    const response = await world.send({
      headers: [
        ["Host", "a"],
        ["Host", "b"],
      ],
    });
    expect([response.status, response.close]).toEqual([400, true]);
  });

  it("what is wrong with a request is why it closes, also in HTTP/1.0", async () => {
    const world = new World();
    const { done } = world.start({
      proto: "HTTP/1.0",
      headers: [
        ["Host", "a"],
        ["Host", "a"],
      ],
    });
    await done;
    expect(world.log("SessClose")[0]).toMatch(/^RX_BAD /);
  });

  it("prepares: X-Forwarded-For, Via and Cache-Control in one field each, the default backend", async () => {
    let seen: unknown;
    const world = new World({
      vcl_recv({ req, client }) {
        const { http } = req;
        seen = [http.get("x-forwarded-for"), http.get("via"), http.get("cache-control"), client.identity];
        expect(req.backend_hint).toBe(world.backend);
        expect([req.ttl, req.grace, req.max_age, req.restarts]).toEqual([-1, -1, -1, 0]);
      },
    });
    await world.send({
      headers: [
        ["Host", "a"],
        ["X-Forwarded-For", "10.0.0.1"],
        ["x-forwarded-for", "10.0.0.2"],
        ["Cache-Control", "no-cache"],
        ["Cache-Control", "max-age=0"],
        ["Via", "1.0 old"],
      ],
    });
    expect(seen).toEqual([
      "10.0.0.1, 10.0.0.2, 192.0.2.1",
      "1.0 old, 1.1 cache (Varnish/trunk)",
      "no-cache, max-age=0",
      "192.0.2.1",
    ]);
  });

  it("fail: vclfail without vcl_hash, 503 and the end of the connection", async () => {
    const world = new World({ vcl_recv: fails });
    const response = await world.get();
    expect([response.status, response.reason, response.close]).toEqual([503, "VCL failed", true]);
    expect(world.calls).toEqual(["RECV", "SYNTH"]);
    expect(world.log("VCL_Error")).toEqual(["it broke"]);
  });

  it("any other exception fails the task too, and is logged once", async () => {
    const world = new World({
      vcl_recv() {
        throw new TypeError("no such thing");
      },
    });
    expect((await world.get()).status).toBe(503);
    expect(world.log("VCL_Error")).toEqual(["Unexpected: no such thing"]);
  });

  it("vcl_hash: fail overrides what vcl_recv said", async () => {
    const world = new World({ vcl_recv: () => "pass", vcl_hash: fails });
    expect((await world.get()).reason).toBe("VCL failed");
  });

  const ways: readonly (readonly [string, NonNullable<VclBody["vcl_recv"]>, readonly string[], number])[] = [
    ["hash leads to lookup", () => "hash", ["MISS", "BACKEND_FETCH"], 200],
    ["pass leads to pass", () => "pass", ["PASS", "BACKEND_FETCH"], 200],
    ["pipe leads to pipe", () => "pipe", ["PIPE"], 200],
    ["purge leads to purge", () => "purge", ["PURGE", "SYNTH"], 200],
    ["synth leads to synth", (task) => synth(task, 403), ["SYNTH"], 403],
  ];
  for (const [title, vcl_recv, calls, status] of ways) {
    it(`${title}, after vcl_hash`, async () => {
      const world = new World({ vcl_recv });
      expect((await world.get()).status).toBe(status);
      expect(world.calls.slice(0, 2 + calls.length)).toEqual(["RECV", "HASH", ...calls]);
    });
  }

  it("restart runs vcl_recv again with what was changed, without preparing again", async () => {
    const world = new World({
      vcl_recv({ req }) {
        if (req.restarts > 0) return;
        req.http.set("X-Mine", "kept");
        req.url = "/other";
        req.grace = 7;
        return "restart";
      },
      vcl_deliver({ req, resp }) {
        resp.http.set("Seen", `${req.url} ${req.http.get("x-mine") ?? ""} ${req.grace} ${req.restarts}`);
        resp.http.set("XFF", req.http.get("x-forwarded-for"));
      },
    });
    const response = await world.get();
    expect([response.header("seen"), response.header("xff")]).toEqual(["/other kept 7 1", "192.0.2.1"]);
    expect(response.header("x-varnish")).toBe("1003");
  });

  it("an async sub is waited for; a rejection fails the task", async () => {
    const world = new World({
      async vcl_recv({ req }) {
        await Promise.resolve();
        if (req.url === "/bad") throw new VclFailure("late");
        return "pass" as const;
      },
    });
    expect((await world.get("/good")).status).toBe(200);
    expect((await world.get("/bad")).reason).toBe("VCL failed");
    expect(world.log("VCL_Error")).toEqual(["late"]);
  });
});

describe("return (vcl(label)) and return (dispatch(label))", () => {
  /** A main VCL that changes the request and then switches; its policy shows what it got. */
  function switching(action: "dispatch" | "vcl"): World {
    const world = new World({
      vcl_recv(task) {
        const { req } = task;
        req.http.set("X-Main", "was here");
        req.http.unset("x-old");
        req.url = "/main";
        req.method = "HEAD";
        req.grace = 1;
        req.ttl = 2;
        req.hash_always_miss = true;
        task.client.identity = "me";
        req.backend_hint = undefined;
        task.privTask("m").value = "priv";
        Object.assign(task, { switchTo: label(policy) });
        return action;
      },
    });
    const policy = world.load("policy", {
      vcl_recv(task) {
        const { req, client } = task;
        const values = [
          req.http.get("x-main"),
          req.http.get("x-old"),
          req.url,
          req.method,
          req.grace,
          req.ttl,
          req.hash_always_miss,
          client.identity,
          req.backend_hint?.vclName,
          task.privTask("m").value,
          req.http.get("x-forwarded-for"),
        ];
        task.log("Test", values.map(String).join("|"));
        return synth(task, 299);
      },
      vcl_synth({ resp }) {
        resp.http.set("By", "policy");
        return "deliver";
      },
    });
    return world;
  }

  it("S4-78…S4-81, S4-92 dispatch leaves everything as main set it", async () => {
    const world = switching("dispatch");
    const response = await world.get("/", { "X-Old": "1" });
    expect(world.log("Test")).toEqual(["was here|undefined|/main|HEAD|1|2|true|me|undefined|priv|192.0.2.1"]);
    expect([response.status, response.header("by")]).toEqual([299, "policy"]);
    expect(world.log("VCL_use")).toEqual(["test", "policy via policy"]);
    expect(world.vcl.references).toBe(0);
  });

  it("S4-73, S4-82 vcl rolls everything back and prepares the request again", async () => {
    const world = switching("vcl");
    await world.get("/", { "X-Old": "1" });
    expect(world.log("Test")).toEqual([
      "undefined|1|/|GET|-1|-1|false|192.0.2.1|default|undefined|192.0.2.1",
    ]);
  });

  it("S4-83 after a restart: 503, Not after restarts", async () => {
    for (const action of ["dispatch", "vcl"] as const) {
      const world = new World({
        vcl_recv(task) {
          if (task.req.restarts === 0) return "restart";
          Object.assign(task, { switchTo: label(world.vcl) });
          return action;
        },
      });
      expect((await world.get()).status).toBe(503);
      expect(world.log("VCL_Error")).toEqual([`Illegal return(${action}): Not after restarts`]);
      expect(world.calls).toEqual(["RECV", "HASH", "RECV", "HASH", "SYNTH"]);
    }
  });

  it("S4-84 from a VCL that was switched to: 503, Only from active VCL", async () => {
    for (const action of ["dispatch", "vcl"] as const) {
      const again = (task: object) => {
        Object.assign(task, { switchTo: label(policy) });
        return action;
      };
      const world: World = new World({ vcl_recv: again });
      const policy = world.load("policy", { vcl_recv: again });
      expect((await world.get()).status).toBe(503);
      expect(world.log("VCL_Error")).toEqual([`Illegal return(${action}): Only from active VCL`]);
    }
  });

  it("to the VCL itself: 503, and the log says so", async () => {
    for (const action of ["dispatch", "vcl"] as const) {
      const world: World = new World({
        vcl_recv(task) {
          Object.assign(task, { switchTo: label(world.vcl) });
          return action;
        },
      });
      expect((await world.get()).status).toBe(503);
      expect(world.log("VCL_Error")).toEqual([
        `Illegal return(${action}): Label policy points to test, the VCL it is given in`,
      ]);
    }
  });

  it("S4-95 everything after it, restarts and fetches too, runs in the labelled VCL", async () => {
    const world: World = new World({
      vcl_recv(task) {
        Object.assign(task, { switchTo: label(policy) });
        return "dispatch";
      },
      vcl_deliver: fails,
      vcl_backend_fetch: fails,
    });
    const policy = world.load("policy", {
      vcl_deliver({ req }) {
        return req.restarts === 0 ? "restart" : "deliver";
      },
    });
    expect((await world.get()).status).toBe(200);
    expect(world.calls.filter((name) => name === "RECV")).toHaveLength(3);
    expect([world.vcl.references, policy.references]).toEqual([0, 0]);
  });
});

describe("request bodies", () => {
  it("are sent on a pass as they come; Content-Length: 0 is said for a POST without one", async () => {
    const bodies: string[] = [];
    const world = new World(
      {},
      {
        origin: async (request) => {
          bodies.push(`${await request.text()}/${request.header("content-length") ?? "-"}`);
          return {};
        },
      },
    );
    await world.send({ method: "POST", body: "data" });
    await world.send({ method: "POST" });
    expect(bodies).toEqual(["data/4", "/0"]);
  });

  it("100 Continue is sent after vcl_recv, or when the body is read with late_100_continue", async () => {
    const order: string[] = [];
    const world = new World(
      {
        vcl_recv(task) {
          task.late100Continue = task.req.url === "/late";
          return "pass";
        },
        async vcl_backend_fetch() {
          await Promise.resolve();
          order.push(`${exchange.exchange.continues}`);
          return "fetch" as const;
        },
      },
      {
        origin: async (request) => {
          await request.text();
          order.push(`${exchange.exchange.continues}`);
          return {};
        },
      },
    );
    let exchange = world.start({ method: "PUT", body: "x", headers: { Expect: "100-continue" } });
    await exchange.done;
    exchange = world.start({ url: "/late", method: "PUT", body: "x", headers: { Expect: "100-continue" } });
    await exchange.done;
    expect(order).toEqual(["1", "1", "0", "1"]);
    expect(world.host.requests[0]?.headers.some(([name]) => name === "Expect")).toBe(false);
  });

  it("kept by cacheRequestBody survive a restart; too large is answered 400", async () => {
    const world = new World(
      {
        async vcl_recv(task) {
          await task.cacheRequestBody(10);
          return "pass" as const;
        },
        vcl_deliver: ({ req }) => (req.restarts === 0 ? "restart" : "deliver"),
      },
      { origin: async (request) => ({ body: await request.text() }) },
    );
    expect((await world.send({ method: "POST", body: "data" })).body).toBe("data");
    expect(world.fetches).toBe(2);
    expect((await world.send({ method: "POST", body: "much more data" })).status).toBe(400);
  });
});
