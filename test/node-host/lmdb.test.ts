import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadLmdb } from "../../src/host/node/lmdb/lmdb-module.js";
import type { LmdbStorage } from "../../src/host/node/lmdb/lmdb-storage.js";
import { openLmdb } from "../../src/host/node/lmdb/open-lmdb.js";
import { World, type WorldOptions } from "../fsm/world.js";

const installed = (await loadLmdb()) !== undefined;
const mega = 1024 * 1024;

describe.skipIf(!installed)("-s lmdb", () => {
  let folder: string;
  let path: string;
  const told: string[] = [];
  const opened: LmdbStorage[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "vclc-lmdb-"));
    path = join(folder, "objects.mdb");
    told.length = 0;
  });

  afterEach(async () => {
    await closeAll();
    rmSync(folder, { recursive: true });
  });

  const closeAll = (): Promise<unknown> => Promise.all(opened.splice(0).map((storage) => storage.close()));

  const open = async (limit = mega): Promise<LmdbStorage> => {
    const storage = await openLmdb({ name: "disk", path, limit }, (text) => told.push(text));
    opened.push(storage);
    return storage;
  };

  const page =
    (bytes = 5000): NonNullable<WorldOptions["origin"]> =>
    () => ({
      headers: { "Cache-Control": "max-age=100", "X-Kind": "page" },
      body: "x".repeat(bytes),
    });

  /** A proxy with that file, as another process would have it. */
  const proxy = async (options: WorldOptions = {}, limit = mega): Promise<World> => {
    const ban = (task: {
      req: { http: { get(name: string): string | undefined } };
      ban(text: string): unknown;
    }): "pass" | undefined => {
      const text = task.req.http.get("x-ban");
      if (text === undefined) return undefined;
      task.ban(text);
      return "pass";
    };
    return new World({ vcl_recv: ban }, { origin: page(), storage: [await open(limit)], ...options });
  };

  it("an object is there after the process has ended, whole and with its headers", async () => {
    const before = await proxy();
    const first = await before.get("/a");
    await closeAll();
    const after = await proxy();
    const again = await after.get("/a");
    expect([again.body, again.header("x-kind"), after.fetches]).toEqual([first.body, "page", 0]);
    expect(after.log("Hit")).toHaveLength(1);
  });

  it("nothing of it stays in memory", async () => {
    const world = await proxy();
    await world.get("/a");
    await world.get("/a");
    expect(world.fetches).toBe(1);
    expect([world.core.cache.counts.n_object, world.core.cache.counts.n_objecthead]).toEqual([0, 0]);
  });

  it("two serve from one file: what one fetches the other has, what one purges is gone for both", async () => {
    const [one, other] = [await proxy(), await proxy()];
    await one.get("/a");
    await other.get("/a");
    expect([one.fetches, other.fetches]).toEqual([1, 0]);
    expect(other.core.cache.purge(keyOf("/a"))).toBe(1);
    await one.get("/a");
    expect(one.fetches).toBe(2);
  });

  it("a ban of one is a ban of both, and stays one after the end of both", async () => {
    const [one, other] = [await proxy(), await proxy()];
    for (const url of ["/a", "/b", "/c"]) await one.get(url);
    await one.get("/ban", { "X-Ban": "req.url == /a" });
    const before = other.fetches;
    await other.get("/a");
    await other.get("/b");
    expect(other.fetches).toBe(before + 1);
    await one.get("/ban", { "X-Ban": "req.url == /c" });
    await closeAll();
    const later = await proxy();
    for (const url of ["/a", "/b", "/c"]) await later.get(url);
    expect(later.fetches).toBe(1);
  });

  it("Vary, grace and conditional fetches are as in memory", async () => {
    const origin: WorldOptions["origin"] = (request) => ({
      headers: { "Cache-Control": "max-age=10", Vary: "X-Kind", ETag: '"1"' },
      body: String(request.headers.find(([name]) => name.toLowerCase() === "x-kind")?.[1]),
    });
    const world = await proxy({ origin, params: { default_grace: 100 } });
    for (const kind of ["a", "b", "a", "b"]) {
      expect((await world.get("/", { "X-Kind": kind })).body).toBe(kind);
    }
    expect(world.fetches).toBe(2);
    await world.advance(20);
    expect((await world.get("/", { "X-Kind": "a" })).body).toBe("a");
    expect(world.fetches).toBe(3);
    await world.get("/", { "X-Kind": "a" });
    expect(world.fetches).toBe(3);
  });

  it("keeps within its size: the objects used longest ago go first", async () => {
    const world = await proxy({ origin: page(100_000) });
    for (let i = 0; i < 20; i++) await world.get(`/${i}`);
    expect(world.storage.used_space).toBeLessThanOrEqual(mega);
    const before = world.fetches;
    await world.get("/19");
    expect(world.fetches).toBe(before);
    await world.get("/0");
    expect(world.fetches).toBe(before + 1);
  });

  const damages: Readonly<Record<string, (file: string) => void>> = {
    "no database at all": (file) => writeFileSync(file, "this is no database".repeat(1000)),
    "cut off": (file) => truncateSync(file, 12_288),
    "overwritten from its third page on": (file) => {
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill(0xa5, 8192));
    },
  };
  for (const [what, damage] of Object.entries(damages)) {
    it(`a file that is ${what} is put aside and told of; the storage is empty, and works`, async () => {
      const before = await proxy();
      for (let i = 0; i < 20; i++) await before.get(`/${i}`);
      await closeAll();
      damage(path);
      const after = await proxy();
      expect(told).toHaveLength(1);
      expect(told[0]).toMatch(
        /^-s lmdb,.*objects\.mdb: .*\. It is now .*\.damaged; the storage begins empty$/,
      );
      await after.get("/0");
      await after.get("/0");
      expect(after.fetches).toBe(1);
    });
  }

  it("a body that is not what was stored is no hit", async () => {
    const before = await proxy();
    await before.get("/a");
    await closeAll();
    const bytes = readFileSync(path);
    const at = bytes.indexOf("x".repeat(200));
    writeFileSync(path, bytes.fill("y", at, at + 1));
    const after = await proxy();
    expect((await after.get("/a")).body).toBe("x".repeat(5000));
    expect(after.fetches).toBe(1);
  });
});

/** As vcl_hash of the tests makes it. */
function keyOf(url: string): string {
  return `${url}\0example.com\0`;
}
