import { describe, expect, it } from "vitest";
import { World } from "../fsm/world.js";

describe("storage", () => {
  it("keeps within its limit: the objects used longest ago go first", async () => {
    const world = new World({}, { origin: () => ({ body: "x".repeat(10_000) }), storage: 100_000 });
    for (let i = 0; i < 8; i++) await world.get(`/${i}`);
    await world.get("/0");
    for (let i = 8; i < 12; i++) await world.get(`/${i}`);
    const { storage } = world;
    expect(storage.used_space).toBeLessThanOrEqual(100_000);
    expect(storage.free_space).toBe(100_000 - storage.used_space);
    expect(world.core.cache.counts.n_lru_nuked).toBeGreaterThan(2);
    const before = world.fetches;
    await world.get("/0");
    expect(world.fetches).toBe(before);
    await world.get("/1");
    expect(world.fetches).toBe(before + 1);
  });

  it("forgets objects whose time is over, and their objheads", async () => {
    const world = new World({}, { params: { default_ttl: 10, default_grace: 0 } });
    for (let i = 0; i < 20; i++) await world.get(`/${i}`);
    expect(world.core.cache.counts.n_object).toBe(20);
    await world.advance(60);
    await world.get("/another");
    expect(world.core.cache.counts.n_object).toBe(1);
    expect(world.core.cache.counts.n_objecthead).toBe(1);
    expect(world.core.cache.counts.n_expired).toBe(20);
    // What expires in its time comes to expiry once only.
    expect(world.core.cache.counts.exp_mailed).toBe(21);
    world.core.cache.clear();
    expect(world.core.cache.counts.exp_received).toBe(22);
  });

  it("keeps no objhead for what was never stored", async () => {
    const world = new World({ vcl_backend_fetch: () => "abandon" });
    for (let i = 0; i < 20; i++) await world.get(`/${i}`);
    expect(world.core.cache.counts.n_objecthead).toBe(0);
  });

  it("a ttl of 0 leaves nothing behind", async () => {
    const world = new World({
      vcl_backend_response({ beresp }) {
        beresp.ttl = 0;
        return "deliver";
      },
    });
    await world.get();
    expect([world.core.cache.counts.n_object, world.core.cache.counts.n_objecthead]).toEqual([0, 0]);
  });
});

describe("bans", () => {
  const proxy = async (): Promise<World> => {
    const world = new World(
      {
        vcl_recv(task) {
          const expression = task.req.http.get("x-ban");
          if (expression === undefined) return;
          task.log("Test", task.ban(expression) ?? "ok");
          return "pass";
        },
      },
      { origin: () => ({ headers: { "X-Kind": "page", "Cache-Control": "max-age=100" }, body: "x" }) },
    );
    await world.get("/a");
    await world.get("/b");
    return world;
  };

  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["req.url == /a", ["/a"]],
    ["req.url != /a", ["/b"]],
    ["req.url ~ ^/[ab]$", ["/a", "/b"]],
    ["req.url !~ a", ["/b"]],
    ["obj.http.x-kind == page && req.url == /b", ["/b"]],
    ['obj.http.x-kind == "page"', []],
    ["obj.http.x-none !~ .", []],
    ["obj.http.x-none != x", ["/a", "/b"]],
    ["obj.http.x-none ~ .", []],
    ["obj.status == 200", ["/a", "/b"]],
    ["obj.age > 1m", []],
    ["obj.age >= 5s", ["/a", "/b"]],
    ["obj.ttl < 96s", ["/a", "/b"]],
    ["req.http.host == other", []],
  ];
  for (const [expression, gone] of cases) {
    it(`${expression} covers ${gone.join(" and ") || "nothing"}`, async () => {
      const world = await proxy();
      await world.advance(5);
      await world.get("/ban", { "X-Ban": expression });
      expect(world.log("Test")).toEqual(["ok"]);
      const fetched: string[] = [];
      for (const url of ["/a", "/b"]) {
        const before = world.fetches;
        await world.get(url);
        if (world.fetches > before) fetched.push(url);
      }
      expect(fetched).toEqual(gone);
    });
  }

  it("covers nothing that was fetched after it", async () => {
    const world = await proxy();
    await world.get("/ban", { "X-Ban": "obj.status == 200" });
    await world.get("/a");
    const before = world.fetches;
    await world.get("/a");
    expect(world.fetches).toBe(before);
  });

  it("says what is wrong with an expression", async () => {
    const world = await proxy();
    const wrong = [
      "",
      "req.url",
      "req.url ==",
      "req.url == a &&",
      "req.http. == x",
      "what == x",
      "obj.age ~ 1",
      "req.url < 1",
      "obj.age > soon",
      "req.url ~ (",
      "req.url == a || b",
    ];
    for (const expression of wrong) await world.get("/ban", { "X-Ban": expression });
    expect(world.log("Test")).toEqual([
      "No ban conditions found.",
      "Expected comparison operator.",
      "Expected second operand.",
      "No ban conditions found.",
      'Missing header name: "req.http."',
      'Unknown or unsupported field "what"',
      'expected conditional (==, !=, >, >=, < or <=) got "~"',
      'expected conditional (==, !=, ~ or !~) got "<"',
      'expected duration <n.nn>[ms|s|m|h|d|w|y] got "soon"',
      "Regex compile error: missing closing parenthesis",
      'Expected && between conditions, found "||"',
    ]);
  });

  it("are forgotten once every object has passed them", async () => {
    const world = await proxy();
    for (let i = 0; i < 1000; i++) world.core.cache.ban(`req.url == /never${i}`);
    await world.get("/a");
    await world.get("/b");
    for (let i = 0; i < 2000; i++) {
      world.core.cache.ban(`req.url == /again${i}`);
      await world.get("/a");
      await world.get("/b");
    }
    expect(world.core.cache.bans.length).toBeLessThan(1100);
  });
});
