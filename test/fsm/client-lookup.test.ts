import { describe, expect, it } from "vitest";
import { VclFailure } from "../../src/runtime/values/failure.js";
import { inTurn, synth, World } from "./world.js";

const cached = (seconds: number, more: Record<string, string> = {}) => ({
  headers: { "Cache-Control": `max-age=${seconds}`, ...more },
});

describe("lookup", () => {
  it("miss, then hit", async () => {
    const world = new World();
    const first = await world.get("/a");
    expect([first.status, first.body, first.header("x-varnish")]).toEqual([200, "hello", "1002"]);
    await world.advance(5);
    const second = await world.get("/a");
    expect(second.body).toBe("hello");
    expect(second.header("x-varnish")).toBe("1005 1003");
    expect(second.header("age")).toBe("5");
    expect(world.fetches).toBe(1);
    expect(world.calls.slice(-4)).toEqual(["RECV", "HASH", "HIT", "DELIVER"]);
    expect(world.vcl.references).toBe(0);
  });

  it("a hit runs from request to response without a pause", async () => {
    const world = new World();
    await world.get();
    const { exchange } = world.start();
    expect(world.calls.at(-1)).toBe("DELIVER");
    const before = world.calls.length;
    await Promise.resolve();
    // The one microtask is the connection's: the whole request ran in it.
    expect(world.calls.length - before).toBe(4);
    await exchange.done;
    expect(exchange.response.body).toBe("hello");
  });

  it("another URL or Host is another object", async () => {
    const world = new World();
    await world.get("/a");
    await world.get("/b");
    await world.get("/a", { Host: "other" });
    expect(world.fetches).toBe(3);
  });

  it("requests for the object that is being fetched wait for it, and all get it", async () => {
    const world = new World({}, { origin: () => ({ latency: 3, body: "slow" }) });
    const waiting = Array.from({ length: 10 }, () => world.start());
    await world.advance(2);
    expect(world.fetches).toBe(1);
    await world.advance(2);
    expect(waiting.map(({ exchange }) => exchange.response.body)).toEqual(Array(10).fill("slow"));
    expect(world.fetches).toBe(1);
    expect(world.count("busy_sleep")).toBe(9);
  });

  it("of two fetches of one object, what came last is found, not what was asked for last", async () => {
    let asked = 0;
    const world = new World(
      { vcl_recv: ({ req }) => ((req.hash_always_miss = req.http.get("x-anew") !== undefined), "hash") },
      {
        origin: () => {
          const first = asked++ === 0;
          return { ...cached(60), latency: first ? 3 : 1, body: first ? "first" : "second" };
        },
      },
    );
    world.start();
    world.start({ headers: { "X-Anew": "1" } });
    await world.advance(2);
    expect((await world.get()).body).toBe("second");
    await world.advance(2);
    expect((await world.get()).body).toBe("first");
    expect(world.fetches).toBe(2);
  });

  it.each([
    ["deliver", 1, 1],
    ["pass", 1, 0],
    ["synth", 0, 0],
    ["restart", 0, 0],
  ] as const)(
    "a stale hit that VCL ends with %s counts as %i hits, %i of them stale",
    async (action, hits, stale) => {
      const world = new World(
        {
          vcl_hit: (task) => (action === "synth" ? synth(task, 299) : action),
          vcl_recv: ({ req }) => (req.restarts > 0 ? "pass" : "hash"),
        },
        { origin: () => cached(1) },
      );
      await world.get();
      await world.advance(2);
      await world.get();
      expect([world.count("cache_hit"), world.count("cache_hit_grace")]).toEqual([hits, stale]);
    },
  );

  it.each([
    ["fetch", 1],
    ["pass", 0],
    ["synth", 0],
    ["restart", 0],
  ] as const)("a miss that VCL ends with %s counts as %i misses", async (action, misses) => {
    const world = new World({
      vcl_miss: (task) => (action === "synth" ? synth(task, 299) : action),
      vcl_recv: ({ req }) => (req.restarts > 0 ? "pass" : "hash"),
    });
    await world.get();
    expect(world.count("cache_miss")).toBe(misses);
  });

  it("those who waited get a response with ttl 0 too", async () => {
    const world = new World(
      { vcl_backend_response: () => "deliver" },
      { origin: () => ({ latency: 1, ...cached(0), body: "x" }) },
    );
    const waiting = Array.from({ length: 5 }, () => world.start());
    await world.advance(2);
    expect(waiting.every(({ exchange }) => exchange.response.body === "x")).toBe(true);
    expect(world.fetches).toBe(1);
    await Promise.all([world.get(), world.advance(2)]);
    expect(world.fetches).toBe(2);
  });

  it("those who waited for what turns out uncacheable fetch for themselves", async () => {
    const world = new World({}, { origin: () => ({ latency: 1, ...cached(0), body: "x" }) });
    const waiting = Array.from({ length: 5 }, () => world.start());
    await world.advance(10);
    expect(waiting.every(({ exchange }) => exchange.response.body === "x")).toBe(true);
    expect(world.fetches).toBe(5);
    expect(world.count("cache_hitmiss")).toBe(4);
  });

  it("when a fetch is withdrawn, one who waits takes over", async () => {
    const world = new World({ vcl_backend_fetch: ({ bereq }) => (bereq.xid === 1004 ? "abandon" : "fetch") });
    const [first, second] = [world.start(), world.start()];
    await world.advance(1);
    expect([first.exchange.response.status, second.exchange.response.status]).toEqual([503, 200]);
  });

  it("hash_ignore_busy does not wait", async () => {
    const world = new World(
      {
        vcl_recv({ req }) {
          req.hash_ignore_busy = true;
        },
      },
      { origin: () => ({ latency: 1 }) },
    );
    world.start();
    world.start();
    await world.advance(0.5);
    expect(world.fetches).toBe(2);
  });

  it("hash_always_miss fetches, and the new object is what others get", async () => {
    const world = new World(
      {
        vcl_recv({ req }) {
          req.hash_always_miss = req.url === "/" && req.http.get("x-refresh") !== undefined;
        },
      },
      { origin: inTurn({ body: "one" }, { body: "two" }) },
    );
    await world.get();
    expect((await world.get("/", { "X-Refresh": "1" })).body).toBe("two");
    expect((await world.get()).body).toBe("two");
  });

  it("hit-for-miss: uncacheable, so later requests fetch at the same time", async () => {
    const world = new World({}, { origin: () => ({ latency: 1, ...cached(0) }) });
    await Promise.all([world.get(), world.advance(2)]);
    world.start();
    world.start();
    await world.advance(0.5);
    expect(world.fetches).toBe(3);
    expect(world.log("HitMiss")).toHaveLength(2);
  });

  it("hit-for-miss: each fetch takes the place of the object that was hit, however many there are", async () => {
    const world = new World({}, { origin: () => cached(0) });
    for (let i = 0; i < 20; i++) await world.get();
    expect(world.count("cache_hitmiss")).toBe(19);
    expect(world.core.cache.counts.n_object).toBe(1);
  });

  it("hit-for-pass: later requests pass, for as long as VCL said", async () => {
    const world = new World({
      vcl_backend_response(task) {
        if (task.bereq.uncacheable) return;
        Object.assign(task, { passDuration: 10 });
        return "pass";
      },
      vcl_pass({ req }) {
        expect(req.is_hitpass).toBe(true);
      },
    });
    await world.get();
    await world.advance(5);
    await world.get();
    expect(world.calls.filter((name) => name === "PASS")).toHaveLength(1);
    await world.advance(6);
    await world.get();
    expect(world.calls.filter((name) => name === "PASS")).toHaveLength(1);
  });

  it("grace: a stale object is delivered at once, one fetch in the background replaces it", async () => {
    const world = new World(
      {},
      { origin: inTurn({ ...cached(5), body: "old" }, { ...cached(5), body: "new", latency: 1 }) },
    );
    await world.get();
    await world.advance(6);
    expect((await world.get()).body).toBe("old");
    expect((await world.get()).body).toBe("old");
    expect(world.fetches).toBe(2);
    await world.advance(2);
    expect((await world.get()).body).toBe("new");
    expect(world.count("s_bgfetch")).toBe(1);
    expect(world.vcl.references).toBe(0);
  });

  it("req.grace and req.ttl narrow what the request takes", async () => {
    const world = new World({
      vcl_recv({ req }) {
        if (req.url === "/grace") req.grace = 1;
        if (req.url === "/ttl") req.ttl = 2;
      },
      vcl_backend_response({ beresp }) {
        beresp.ttl = 5;
        return "deliver";
      },
    });
    await world.get("/grace");
    await world.advance(7);
    await world.get("/grace");
    expect(world.calls.filter((name) => name === "MISS")).toHaveLength(2);
    await world.get("/ttl");
    await world.advance(3);
    await world.get("/ttl");
    expect(world.count("cache_hit_grace")).toBe(1);
  });

  it("Vary: another value is another object; missing differs from empty", async () => {
    const world = new World({}, { origin: () => ({ headers: { Vary: "X-Lang" } }) });
    await world.get("/", { "X-Lang": "en" });
    await world.get("/", { "X-Lang": " en " });
    expect(world.fetches).toBe(1);
    await world.get("/", { "X-Lang": "de" });
    await world.get("/", { "X-Lang": "" });
    await world.get("/");
    expect(world.fetches).toBe(4);
    await world.get("/", { "X-Lang": "en" });
    expect(world.fetches).toBe(4);
  });

  it("Vary: requests that differ do not wait for each other once it is known", async () => {
    const world = new World({}, { origin: () => ({ headers: { Vary: "X-Lang" }, latency: 1 }) });
    await Promise.all([world.get("/", { "X-Lang": "en" }), world.advance(2)]);
    world.start({ headers: { "X-Lang": "de" } });
    world.start({ headers: { "X-Lang": "fr" } });
    await world.advance(0.5);
    expect(world.fetches).toBe(3);
  });

  it("a malformed Vary makes the object uncacheable", async () => {
    const world = new World({}, { origin: () => ({ headers: { Vary: "a b" } }) });
    await world.get();
    await world.get();
    expect(world.fetches).toBe(2);
    expect(world.log("Error")[0]).toBe("Malformed Vary header");
    const quoted = new World({}, { origin: () => ({ headers: { Vary: '"a"' } }) });
    await quoted.get();
    await quoted.get();
    expect(quoted.fetches).toBe(1);
  });
});

describe("vcl_hit", () => {
  const actions = [
    ["pass", 200, "PASS"],
    ["restart", 200, "RECV"],
    ["synth", 404, "SYNTH"],
    ["fail", 503, "SYNTH"],
  ] as const;
  for (const [action, status, next] of actions) {
    it(`${action} leads to ${next}`, async () => {
      const world = new World({
        vcl_hit(task) {
          if (task.req.restarts > 0) return "deliver";
          if (action === "synth") return synth(task, 404);
          if (action === "fail") throw new VclFailure("no");
          return action;
        },
      });
      await world.get();
      const before = world.calls.length;
      expect((await world.get()).status).toBe(status);
      expect(world.calls[before + 3]).toBe(next);
      expect(world.vcl.references).toBe(0);
    });
  }

  it("a grace hit that is not delivered starts no fetch and blocks nobody", async () => {
    const world = new World(
      {
        vcl_hit: (task) =>
          task.req.url === "/x" && task.req.http.get("x-no") ? synth(task, 404) : "deliver",
      },
      { origin: () => cached(5) },
    );
    await world.get("/x");
    await world.advance(6);
    expect((await world.get("/x", { "X-No": "1" })).status).toBe(404);
    expect(world.fetches).toBe(1);
    expect((await world.get("/x")).status).toBe(200);
    expect(world.fetches).toBe(2);
  });

  it("obj shows the object; hits count", async () => {
    const seen: unknown[] = [];
    const world = new World(
      {
        vcl_hit({ obj, req }) {
          seen.push([obj.hits, obj.status, Math.round(obj.ttl), obj.http.get("x-o"), req.xid]);
        },
      },
      { origin: () => ({ headers: { "X-O": "yes", "Cache-Control": "max-age=100" } }) },
    );
    await world.get();
    await world.advance(10);
    await world.get();
    await world.get();
    expect(seen).toEqual([
      [1, 200, 90, "yes", 1005],
      [2, 200, 90, "yes", 1007],
    ]);
  });
});

describe("vcl_miss", () => {
  const actions = [
    ["pass", 200, "PASS"],
    ["restart", 200, "RECV"],
    ["synth", 404, "SYNTH"],
    ["fail", 503, "SYNTH"],
  ] as const;
  for (const [action, status, next] of actions) {
    it(`${action} leads to ${next}, and who waits for the object is woken`, async () => {
      const world = new World({
        async vcl_miss(task) {
          await Promise.resolve();
          if (task.req.restarts > 0 || task.req.http.get("x-plain")) return "fetch";
          if (action === "synth") return synth(task, 404);
          if (action === "fail") throw new VclFailure("no");
          return action;
        },
      });
      const first = world.start();
      const waiting = world.start({ headers: { "X-Plain": "1" } });
      await world.advance(1);
      expect(first.exchange.response.status).toBe(status);
      expect(waiting.exchange.response.status).toBe(200);
      expect(world.calls).toContain(next);
    });
  }
});

describe("vcl_pass", () => {
  const actions = [
    ["restart", 200],
    ["synth", 404],
    ["fail", 503],
  ] as const;
  for (const [action, status] of actions) {
    it(`${action}`, async () => {
      const world = new World({
        vcl_recv: ({ req }) => (req.restarts === 0 ? "pass" : "hash"),
        vcl_pass(task) {
          if (action === "synth") return synth(task, 404);
          if (action === "fail") throw new VclFailure("no");
          return action;
        },
      });
      expect((await world.get()).status).toBe(status);
    });
  }

  it("is fetched for that request alone, with its method and body", async () => {
    const world = new World({}, { origin: (request) => ({ body: request.method }) });
    expect((await world.send({ method: "POST" })).body).toBe("POST");
    expect((await world.send({ method: "POST" })).body).toBe("POST");
    expect((await world.get()).body).toBe("GET");
    expect(world.fetches).toBe(3);
  });
});

describe("purge", () => {
  it("takes the objects out; vcl_purge answers; a restart from it fetches anew", async () => {
    const world = new World(
      {
        vcl_recv({ req }) {
          if (req.method === "PURGE") return "purge";
        },
        vcl_purge(task) {
          if (task.req.http.get("x-again") === undefined) return;
          task.req.method = "GET";
          return "restart";
        },
      },
      { origin: inTurn({ body: "one" }, { body: "two" }, { body: "three" }) },
    );
    await world.get();
    const purged = await world.send({ method: "PURGE" });
    expect([purged.status, purged.reason]).toEqual([200, "Purged"]);
    expect((await world.get()).body).toBe("two");
    expect((await world.send({ method: "PURGE", headers: { "X-Again": "1" } })).body).toBe("three");
    expect((await world.get()).body).toBe("three");
  });
});
