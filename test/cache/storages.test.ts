import { describe, expect, it } from "vitest";
import { MemoryStorage } from "../../src/runtime/cache/memory-storage.js";
import type { Storages } from "../../src/runtime/cache/storages.js";
import { Tap } from "../fsm/tap.js";
import { World } from "../fsm/world.js";

const mega = 1024 * 1024;
const two = (): readonly MemoryStorage[] => [new MemoryStorage("a", mega), new MemoryStorage("b", mega)];
const page = (bytes: number) => () => ({
  headers: { "Cache-Control": "max-age=100" },
  body: "x".repeat(bytes),
});

describe("which storage an object goes to", () => {
  it("each in turn, as long as VCL says nothing", async () => {
    const world = new World({}, { storage: two() });
    for (let i = 0; i < 4; i++) await world.get(`/${i}`);
    expect(world.log("Storage")).toEqual(["malloc a", "malloc b", "malloc a", "malloc b"]);
  });

  it("the one of beresp.storage, or of beresp.storage_hint where there is one of that name", async () => {
    const world = new World(
      {
        vcl_backend_response(task) {
          const { beresp, bereq, core } = task as typeof task & { core: { storages: Storages } };
          if (bereq.url === "/set") beresp.storage = core.storages.find("b");
          if (bereq.url === "/hint") beresp.storage_hint = "b";
          if (bereq.url === "/wrong") beresp.storage_hint = "nosuch";
          if (bereq.url === "/none") beresp.storage = undefined;
          beresp.http.set("hint", beresp.storage_hint);
          return "deliver";
        },
      },
      { storage: two() },
    );
    for (const url of ["/set", "/1", "/hint", "/2", "/wrong"]) await world.get(url);
    expect(world.log("Storage")).toEqual(["malloc b", "malloc b", "malloc b", "malloc b", "malloc a"]);
    const { status } = await world.get("/none");
    expect(status).toBe(503);
    expect(world.log("FetchError")).toEqual(["Could not get storage"]);
  });

  it("Transient for a pass, for what is uncacheable and for what lives shorter than shortlived", async () => {
    const age = (seconds: number) => () => ({
      headers: { "Cache-Control": `max-age=${seconds}` },
      body: "x",
    });
    const lives = async (seconds: number, method = "GET"): Promise<World> => {
      const world = new World({}, { params: { default_grace: 0 }, origin: age(seconds), storage: two() });
      await world.send({ method });
      return world;
    };
    expect((await lives(100, "POST")).log("Storage")).toEqual(["malloc Transient"]);
    const uncacheable = await lives(0);
    expect(uncacheable.log("Storage")).toEqual(["malloc Transient"]);
    expect(uncacheable.count("beresp_uncacheable")).toBe(1);
    const short = await lives(9);
    expect(short.log("Storage")).toEqual(["malloc Transient"]);
    expect(short.count("beresp_shortlived")).toBe(1);
    expect(short.core.storages.transient.used_space).toBeGreaterThan(0);
    expect((await lives(10)).log("Storage")).toEqual(["malloc a"]);
  });

  it("what it has taken is given back when nobody has it any more", async () => {
    const world = new World({}, { origin: page(5000) });
    const { transient } = world.core.storages;
    await world.send({ method: "POST" });
    expect([transient.used_space, transient.counts.g_alloc]).toEqual([0, 0]);
    expect(transient.counts.c_bytes).toBeGreaterThan(5000);
    await world.get("/a");
    expect(world.storage.counts.g_alloc).toBe(1);
    world.core.cache.clear();
    expect([world.storage.used_space, world.storage.counts.g_alloc]).toEqual([0, 0]);
  });
});

describe("a full storage", () => {
  it("nukes at most nuke_limit objects for one; what then has no room is delivered and not kept", async () => {
    const origin = (request: { url: string }) => page(request.url === "/big" ? 300_000 : 10_000)();
    const world = new World({}, { origin, params: { nuke_limit: 5 }, storage: 400_000 });
    for (let i = 0; i < 40; i++) await world.get(`/${i}`);
    const nuked = world.core.cache.counts.n_lru_nuked;
    expect((await world.get("/big")).body).toHaveLength(300_000);
    const { counts } = world.core.cache;
    expect(counts.n_lru_nuked).toBe(nuked + 5);
    expect(counts.n_lru_limited).toBe(1);
    const before = world.fetches;
    await world.get("/big");
    expect(world.fetches).toBe(before + 1);
  });

  it("an object larger than all of it makes nobody else go, where its length is known", async () => {
    const origin = (request: { url: string }) => page(request.url === "/big" ? 300_000 : 10_000)();
    const world = new World({}, { origin, storage: 200_000 });
    for (let i = 0; i < 10; i++) await world.get(`/${i}`);
    expect((await world.get("/big")).body).toHaveLength(300_000);
    expect(world.core.cache.counts.n_lru_nuked).toBe(0);
    expect(world.core.cache.counts.n_object).toBe(10);
  });

  it("without streaming there is nothing to deliver: 503, as in Varnish", async () => {
    const world = new World(
      {
        vcl_backend_response({ beresp }) {
          beresp.do_stream = false;
          return "deliver";
        },
      },
      { origin: page(300_000), storage: 200_000 },
    );
    expect((await world.get()).status).toBe(503);
    expect(world.log("FetchError")).toEqual(["Could not get storage"]);
  });

  it("an object that is being delivered is not nuked", async () => {
    const world = new World({}, { origin: page(60_000), storage: 200_000 });
    await world.get("/kept");
    const object = world.core.storages.all[0]?.oldest();
    object?.body.claim();
    for (let i = 0; i < 9; i++) await world.get(`/${i}`);
    expect(object?.dying).toBe(false);
    object?.body.release();
    await world.get("/10");
    expect(object?.dying).toBe(true);
  });

  it("without room for its head, an object goes to Transient for a short time", async () => {
    const world = new World({}, { origin: page(10), storage: [new MemoryStorage("tiny", 100)] });
    await world.get();
    expect(world.log("Storage")).toEqual(["malloc Transient"]);
    await world.advance(11);
    await world.get();
    expect(world.fetches).toBe(2);
  });
});

describe("a Transient with a limit", () => {
  const storage = (): readonly MemoryStorage[] => [
    new MemoryStorage("s0", mega),
    new MemoryStorage("Transient", 100_000),
  ];

  it("a pass goes through it, however large", async () => {
    const body = (): Iterable<string> => Array.from({ length: 100 }, () => "x".repeat(10_000));
    const world = new World({}, { origin: () => ({ body: body() }), storage: storage() });
    expect((await world.send({ method: "POST" })).body).toHaveLength(1_000_000);
    expect(world.core.storages.transient.used_space).toBe(0);
  });

  it("a slow client slows its pass down, and fails nothing", async () => {
    const tap = new Tap();
    const world = new World({}, { origin: () => ({ body: tap.body(30_000) }), storage: storage() });
    const { exchange, done } = world.start({ method: "POST" });
    await tap.pour(20);
    await tap.close();
    await done;
    expect(exchange.response.body).toHaveLength(600_000);
  });

  it("a pass that does not stream gets 503 when it does not fit", async () => {
    const world = new World(
      {
        vcl_backend_response({ beresp }) {
          beresp.do_stream = false;
          return "deliver";
        },
      },
      { origin: page(200_000), storage: storage() },
    );
    expect((await world.send({ method: "POST" })).status).toBe(503);
    expect(world.core.storages.transient.used_space).toBe(0);
  });
});
