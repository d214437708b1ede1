import { describe, expect, it } from "vitest";
import { settled } from "../../src/host/memory/index.js";
import { Tap } from "./tap.js";
import { inTurn, World } from "./world.js";

describe("streaming", () => {
  it("the client gets the body as it comes, and a second one all of it from the beginning", async () => {
    const tap = new Tap();
    const world = new World({}, { origin: () => ({ body: tap.body() }) });
    const first = world.start();
    await tap.pour(2);
    expect(first.exchange.response.body).toBe("aa");
    const second = world.start();
    await tap.pour(1);
    expect([first.exchange.response.body, second.exchange.response.body]).toEqual(["aaa", "aaa"]);
    await tap.close();
    await Promise.all([first.done, second.done]);
    expect(world.fetches).toBe(1);
    expect((await world.get()).header("content-length")).toBe("3");
  });

  it("do_stream false: nothing is delivered before everything is there", async () => {
    const tap = new Tap();
    const world = new World(
      {
        vcl_backend_response({ beresp }) {
          beresp.do_stream = false;
        },
      },
      { origin: () => ({ body: tap.body() }) },
    );
    const { exchange } = world.start();
    await tap.pour(2);
    expect(exchange.head).toBeUndefined();
    await tap.close();
    expect(exchange.response.header("content-length")).toBe("2");
  });

  it("a pass is fetched no faster than its client takes it", async () => {
    const tap = new Tap();
    const world = new World({ vcl_recv: () => "pass" }, { origin: () => ({ body: tap.body(100_000) }) });
    const { exchange } = world.start();
    // A client that takes nothing for now.
    exchange.stream.pause();
    await tap.pour(50);
    expect(tap.sent).toBeLessThan(10);
    exchange.stream.resume();
    await tap.close();
    await settled(2000);
    expect([tap.sent, exchange.response.body.length]).toEqual([50, 5_000_000]);
  });

  it("a cacheable fetch goes on to its end when the client has gone", async () => {
    const tap = new Tap();
    const world = new World({}, { origin: () => ({ body: tap.body() }) });
    const { exchange } = world.start();
    await tap.pour(1);
    exchange.leave();
    await tap.pour(1);
    await tap.close();
    expect((await world.get()).body).toBe("aa");
    expect(world.fetches).toBe(1);
  });

  it("a pass ends when its client has gone", async () => {
    const tap = new Tap();
    const world = new World({ vcl_recv: () => "pass" }, { origin: () => ({ body: tap.body() }) });
    const { exchange } = world.start();
    await tap.pour(1);
    exchange.leave();
    await tap.pour(2);
    expect(tap.sent).toBe(3);
    await tap.close();
    expect(tap.ended).toBe(true);
    expect(world.vcl.references).toBe(0);
    expect(world.log("FetchError")).toEqual([]);
  });

  it("an object larger than the storage is delivered whole and not kept", async () => {
    const big = (): Iterable<string> => Array.from({ length: 30 }, () => "x".repeat(10_000));
    const world = new World({}, { origin: () => ({ body: big() }), storage: 100_000 });
    expect((await world.get()).body).toHaveLength(300_000);
    expect((await world.get()).body).toHaveLength(300_000);
    expect(world.fetches).toBe(2);
    expect(world.core.cache.counts.n_object).toBe(0);
  });

  it("objects that grow past the storage together: both are delivered whole, what is kept stays within the limit", async () => {
    const taps = [new Tap(), new Tap()];
    let fetches = 0;
    const world = new World(
      {},
      { origin: () => ({ body: taps[fetches++]?.body(40_000) ?? "" }), storage: 500_000 },
    );
    const running = [world.start({ url: "/0" }), world.start({ url: "/1" })];
    for (let i = 0; i < 10; i++) for (const tap of taps) await tap.pour(1);
    expect(world.storage.used_space).toBeLessThanOrEqual(500_000);
    for (const tap of taps) await tap.close();
    await Promise.all(running.map(({ done }) => done));
    for (const { exchange } of running) expect(exchange.response.body).toHaveLength(400_000);
    expect(world.storage.used_space).toBeLessThanOrEqual(500_000);
    expect(world.core.cache.counts.n_object).toBe(1);
  });

  it("the bytes of an uncacheable body are let go once delivered", async () => {
    const world = new World(
      {
        vcl_backend_response({ beresp }) {
          beresp.uncacheable = true;
          beresp.ttl = 100;
          beresp.do_stream = false;
        },
      },
      { origin: () => ({ body: "x".repeat(100_000) }), storage: 1_000_000 },
    );
    for (let i = 0; i < 30; i++) await world.get(`/${i}`);
    expect(world.storage.used_space).toBeLessThan(200_000);
    expect(world.core.cache.counts.n_object).toBe(30);
  });

  it("a streaming stale object can be revalidated once it is complete", async () => {
    const tap = new Tap();
    const headers = { "Cache-Control": "max-age=1", ETag: '"1"' };
    const world = new World({}, { origin: inTurn({ headers, body: tap.body() }, { status: 304, headers }) });
    const first = world.start();
    await tap.pour(1);
    await world.advance(5);
    const second = world.start();
    await world.advance(0);
    await tap.close();
    await Promise.all([first.done, second.done]);
    expect((await world.get()).body).toBe("a");
    expect(world.fetches).toBe(2);
  });
});
