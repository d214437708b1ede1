import { describe, expect, test } from "vitest";
import { World } from "../fsm/world.js";

/** A proxy with an object for each number. */
async function filled(objects: number, params: Record<string, number> = {}): Promise<World> {
  const world = new World({}, { params: { default_ttl: 1e6, ...params } });
  for (let at = 0; at < objects; at++) await world.get(`/${at}`);
  return world;
}

const seen = ({ core: { cache } }: World): readonly unknown[] => [
  cache.counts.n_object,
  cache.bans.counts.bans_lurker_obj_killed,
  cache.bans.length,
];

describe("bans that ask nothing of a request", () => {
  test("take objects away when they are old enough, without any request, and are forgotten", async () => {
    const world = await filled(10);
    expect(world.core.cache.ban("obj.status == 200 && obj.age > 30s", world.host.now())).toBeUndefined();
    expect(world.core.cache.ban("obj.status == 404", world.host.now())).toBeUndefined();
    await world.advance(59);
    expect(seen(world)).toEqual([10, 0, 3]);
    await world.advance(2);
    expect(seen(world)).toEqual([0, 10, 1]);
    expect(world.core.cache.bans.kinds.bans_completed).toBe(1);
    expect(world.host.clock.pending).toBe(0);
    const { fetches } = world;
    await world.get("/0");
    expect(world.fetches).toBe(fetches + 1);
  });

  test("go over the objects some at a time", async () => {
    const world = await filled(10, { ban_lurker_age: 0, ban_lurker_batch: 3, ban_lurker_sleep: 0.5 });
    world.core.cache.ban("obj.status == 200", world.host.now());
    await world.advance(0);
    expect(seen(world)).toEqual([7, 3, 2]);
    await world.advance(0.5);
    expect(seen(world)).toEqual([4, 6, 2]);
    await world.advance(1.5);
    expect(seen(world)).toEqual([0, 10, 1]);
  });

  test("test no more in one turn than a loop can spare, however many they are", async () => {
    const world = await filled(40, { ban_lurker_age: 0 });
    const { cache } = world.core;
    for (let at = 0; at < 1000; at++) cache.ban(`obj.status == ${1000 + at}`, world.host.now());
    await world.advance(0);
    expect(cache.bans.counts.bans_lurker_tested).toBe(5000);
    await world.advance(5);
    expect(cache.bans.counts.bans_lurker_tested).toBe(40_000);
    expect(seen(world)).toEqual([40, 0, 1]);
  });

  test("leave what was stored after them; a ban of requests in between keeps its place", async () => {
    const world = await filled(1, { ban_lurker_age: 0 });
    const { cache } = world.core;
    cache.ban("req.url == /0", world.host.now());
    cache.ban("obj.status == 404", world.host.now());
    await world.get("/new");
    await world.advance(5);
    expect(seen(world)).toEqual([2, 0, 3]);
    expect(cache.bans.kinds).toEqual({ bans_completed: 2, bans_obj: 0, bans_req: 1 });
    const { fetches } = world;
    await world.get("/new");
    await world.get("/0");
    expect(world.fetches).toBe(fetches + 1);
  });

  test("with ban_lurker_sleep 0 nothing happens in the background", async () => {
    const world = await filled(1, { ban_lurker_age: 0, ban_lurker_sleep: 0 });
    world.core.cache.ban("obj.status == 200", world.host.now());
    await world.advance(100);
    expect(seen(world)).toEqual([1, 0, 2]);
    world.core.params.ban_lurker_sleep = 0.01;
    await world.advance(2);
    expect(seen(world)[0]).toBe(0);
  });
});
