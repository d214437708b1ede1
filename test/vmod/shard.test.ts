import { beforeEach, describe, expect, test } from "vitest";
import * as directors from "../../src/vmod/directors/index.js";
import { Ring } from "../../src/vmod/directors/ring.js";
import { makeBackend, makeTask, type TestBackend } from "../support/vmod-task.js";

const bytes = (...values: number[]) => ({ bytes: Uint8Array.from(values), type: "test" });

let init: ReturnType<typeof makeTask<"housekeeping">>;
let shard: directors.Shard;
let s1: TestBackend;
let s2: TestBackend;
let s3: TestBackend;

/** A director of three members with 25 points each; their health changed long ago. */
beforeEach(() => {
  init = makeTask("housekeeping", "vcl_init");
  shard = directors.Shard.create(init, "sh");
  [s1, s2, s3] = ["s1", "s2", "s3"].map((name) => makeBackend(name)) as [
    TestBackend,
    TestBackend,
    TestBackend,
  ];
  for (const backend of [s1, s2, s3]) shard.add_backend(init, { backend });
  shard.reconfigure(init, 25);
});

const fetchTask = (members = {}) =>
  makeTask("backend", "vcl_backend_fetch", { bereq: { url: "/x", hash: undefined, ...members } });
const recvTask = (url = "/x") => makeTask("client", "vcl_recv", { req: { url } });
const byKey = (key: number, more = {}) => shard.backend(recvTask(), { by: "KEY", key, ...more })?.vclName;

describe("the ring", () => {
  const ring = new Ring(["s1", "s2", "s3"].map((identity) => ({ identity, replicas: 25 })));

  test("has the reference's points", () => {
    const entries = ring.entries();
    expect(entries).toHaveLength(75);
    expect(entries.slice(0, 5)).toEqual([
      [0x03b6b56a, 0],
      [0x066986a7, 2],
      [0x07e41e30, 2],
      [0x0b749e7b, 2],
      [0x0e543430, 0],
    ]);
    expect(entries.at(-1)).toEqual([0xfc28e8d2, 2]);
  });

  test.each([
    [1, "s1"],
    [2147483647, "s2"],
    [4294967295, "s3"],
    [0x68b902f7, "s1"],
    [0x39dc4613, "s2"],
    [0xc7793505, "s3"],
  ])("gives key %d to %s: the next point, and the last one above all", (key, name) => {
    expect(byKey(key)).toBe(name);
  });

  test.each([
    [1756955383, [0, 1, 2]],
    [192192123, [2, 0, 1]],
  ])("walks from key %d through all members, clockwise and around", (key, order) => {
    expect([...ring.walk(key)]).toEqual(order);
  });

  test.each([
    ["/Boo0aixe", "s1"],
    ["/eishoSu2", "s2"],
    ["/Aunah3uo", "s3"],
  ])("gives URL %s to %s", (url, name) => {
    expect(shard.backend(recvTask(url), { by: "URL" })?.vclName).toBe(name);
    expect(shard.backend(recvTask(url), {})?.vclName).toBe(name);
  });
});

describe("the key", () => {
  test("is the number of a text", () => {
    expect(shard.key(init, "/hash")).toBe(2439792896);
    expect(shard.key(init, undefined)).toBe(1438143096);
  });

  test("on the backend side is the first bytes of the cache key, by URL the URL's", () => {
    expect(shard.backend(fetchTask({ hash: bytes(0x39, 0xdc, 0x46, 0x13, 9) }), {})).toBe(s2);
    expect(shard.backend(fetchTask({ url: "/Boo0aixe" }), { by: "URL" })).toBe(s1);
  });

  test("of a blob is its first four bytes, fewer stand for the low ones", () => {
    const task = recvTask();
    expect(shard.backend(task, { by: "BLOB", key_blob: bytes(0x68, 0xb9, 0x02, 0xf7) })).toBe(s1);
    expect(shard.backend(task, { by: "BLOB", key_blob: bytes(1) })).toBe(s1);
    expect(task.records).toEqual([]);
    shard.backend(task, { by: "BLOB", key_blob: undefined });
    expect(task.records[0]).toMatch(/^Error .*using key 0/);
  });

  test.each([
    [{ by: "KEY" }, "missing key"],
    [{ by: "KEY", key: -1 }, "invalid key"],
    [{ by: "KEY", key: 2 ** 32 }, "invalid key"],
    [{ by: "HASH", key: 1 }, "invalid with by=HASH"],
    [{ key: 1 }, "invalid with by=HASH"],
    [{ by: "URL", key_blob: bytes(1) }, "invalid with by=URL"],
    [{ by: "BLOB" }, "missing key_blob"],
    [{ alt: -1 }, "invalid alt"],
    [{ warmup: 1.5 }, "invalid warmup"],
    [{ warmup: -0.5 }, "invalid warmup"],
    [{ param: bytes(1) }, ".backend(key_blob) param invalid"],
  ] as const)("arguments %j fail the VCL: %s", (args, message) => {
    expect(() => shard.backend(recvTask(), args)).toThrow(message);
  });
});

describe("members", () => {
  test("come and go with reconfigure, and are held by reference", () => {
    expect([...shard.members()]).toEqual([s1, s2, s3]);
    expect(s1.references).toBe(1);
    shard.remove_backend(init, { backend: s1 });
    expect(s1.references).toBe(1);
    expect(shard.reconfigure(init, 25)).toBe(true);
    expect([...shard.members()]).toEqual([s2, s3]);
    expect([s1.references, s2.references]).toEqual([0, 1]);
  });

  test("keep their keys when another one goes", () => {
    const keys = Array.from({ length: 200 }, (_, i) => i * 21_474_836);
    const before = keys.map((key) => byKey(key));
    shard.remove_backend(init, { backend: s3 });
    shard.reconfigure(init, 25);
    const moved = keys.filter((key, i) => before[i] !== "s3" && byKey(key) !== before[i]);
    // Only keys above the last point may move: they belong to whatever point is the last.
    expect(moved.every((key) => key > 0xf0000000)).toBe(true);
  });

  test("that are queued when the task ends are added with 67 points", () => {
    const other = directors.Shard.create(init, "other");
    other.add_backend(init, { backend: s1 });
    expect([...other.members()]).toEqual([]);
    init.end();
    expect([...other.members()]).toEqual([s1]);
  });

  test("of the same name are skipped, others by ident are not", () => {
    const task = fetchTask();
    shard.add_backend(task, { backend: s1 });
    shard.add_backend(task, { backend: s1, ident: "again" });
    shard.add_backend(task, { backend: s2, ident: "" });
    shard.reconfigure(task, 67);
    expect([...shard.members()]).toEqual([s1, s2, s3, s1]);
    expect(task.records.filter((record) => record.startsWith("Notice"))).toHaveLength(2);
  });

  test("are removed by ident alone, by backend all of them", () => {
    shard.add_backend(init, { backend: s1, ident: "again" });
    shard.remove_backend(init, { ident: "again", backend: s2 });
    shard.reconfigure(init, 67);
    expect([...shard.members()]).toEqual([s1, s2, s3]);
    shard.add_backend(init, { backend: s1, ident: "again" });
    shard.remove_backend(init, { backend: s1 });
    shard.reconfigure(init, 67);
    expect([...shard.members()]).toEqual([s2, s3]);
  });

  test("go all with clear, which makes earlier changes void", () => {
    const task = fetchTask();
    shard.add_backend(task, { backend: makeBackend("lost") });
    shard.clear(task);
    shard.add_backend(task, { backend: s2 });
    shard.reconfigure(task, 67);
    expect([...shard.members()]).toEqual([s2]);
    shard.clear(task);
    expect(shard.reconfigure(task, 67)).toBe(false);
    expect(task.records).toEqual(["Error vmod_directors: shard sh: .reconfigure() no backends"]);
  });

  test("need a backend to add, something to remove, a weight of at least one and some replicas", () => {
    const task = fetchTask();
    expect(() => shard.add_backend(task, { backend: undefined })).toThrow("None backend");
    expect(() => shard.remove_backend(task, {})).toThrow("either backend or ident are required");
    shard.add_backend(task, { backend: makeBackend("light"), weight: 0.5 });
    expect(shard.reconfigure(task, 0)).toBe(false);
    expect(task.records.map((record) => record.split(" ")[0])).toEqual(["Notice", "Error"]);
  });

  test("nothing queued means that nothing is rebuilt", () => {
    expect(shard.reconfigure(fetchTask(), 3)).toBe(true);
    expect(byKey(0x39dc4613)).toBe("s2");
  });
});

describe("the choice", () => {
  const key = 1756955383; // s1, s2, s3

  test("passes over sick members, unless health is ignored", () => {
    s1.healthy = false;
    expect(byKey(key)).toBe("s2");
    expect(byKey(key, { healthy: "IGNORE" })).toBe("s1");
    s2.healthy = s3.healthy = false;
    expect(byKey(key)).toBeUndefined();
  });

  test("alt asks for the next ones; with ALL only healthy ones are counted", () => {
    expect(byKey(key, { alt: 1 })).toBe("s2");
    expect(byKey(key, { alt: 2 })).toBe("s3");
    s1.healthy = false;
    expect(byKey(key, { alt: 1 })).toBe("s2");
    expect(byKey(key, { alt: 1, healthy: "ALL" })).toBe("s3");
    s3.healthy = false;
    expect(byKey(key, { alt: 1, healthy: "ALL" })).toBeUndefined();
    s1.healthy = true;
    expect(byKey(key, { alt: 2, healthy: "ALL" })).toBe("s1");
  });

  test("alt beyond the members is limited, with an Error record", () => {
    const task = recvTask();
    expect(shard.backend(task, { by: "KEY", key, alt: 7 })).toBe(s3);
    expect(task.records[0]).toMatch(/^Error .*limited to 2/);
  });

  test("goes to the alternative as often as warm-up says", () => {
    const task = recvTask();
    task.host.randoms.push(0.4, 0.6);
    expect(shard.backend(task, { by: "KEY", key, warmup: 0.5 })).toBe(s2);
    expect(shard.backend(task, { by: "KEY", key, warmup: 0.5 })).toBe(s1);
    shard.set_warmup(init, 0.3);
    task.host.randoms.push(0.2);
    expect(shard.backend(task, { by: "KEY", key })).toBe(s2);
    shard.set_warmup(init, 1);
    expect(init.records).toEqual(["Notice vmod_directors: shard sh: .set_warmup(1.000000) ignored"]);
  });

  test("spares a member that became healthy within its ramp-up", () => {
    shard.set_rampup(init, 100);
    s1.changed = 990;
    const task = recvTask();
    task.host.randoms.push(0.5, 0.05);
    expect(shard.backend(task, { by: "KEY", key })).toBe(s2);
    expect(shard.backend(task, { by: "KEY", key })).toBe(s1);
    expect(shard.backend(task, { by: "KEY", key, rampup: false })).toBe(s1);
    s2.changed = 995;
    task.host.randoms.push(0.5);
    expect(shard.backend(task, { by: "KEY", key })).toBe(s1);
  });

  test("is explained in Debug records, where they are switched on", () => {
    const task = recvTask();
    shard.debug(init, 1 | 2 | 4);
    shard.backend(task, { by: "KEY", key });
    expect(task.records).toEqual([
      expect.stringMatching(/^Debug .*chosen s1 .*alternative s2/),
      `Debug vmod_directors: shard sh: lookup key ${key} alt 0 backend s1`,
    ]);
    shard.add_backend(task, { backend: makeBackend("s4") });
    shard.reconfigure(task, 1);
    expect(task.records).toContain("Debug vmod_directors: shard sh: hashcircle point = 03b6b56a host = s1");
  });

  test("without members is none, with an Error record", () => {
    const empty = directors.Shard.create(init, "empty");
    const task = recvTask();
    expect(empty.backend(task, {})).toBeUndefined();
    expect(task.records).toEqual(["Error vmod_directors: shard empty: no backends"]);
  });
});

describe("resolve", () => {
  test("in vcl_init is LAZY, and cannot be NOW", () => {
    expect(shard.backend(init, {})).toBe(shard);
    expect(() => shard.backend(init, { resolve: "NOW" })).toThrow("cannot be used in vcl_init");
  });

  test("LAZY with arguments holds for the task that fetches, and is refused on the client side", () => {
    const task = fetchTask();
    expect(shard.backend(task, { resolve: "LAZY", by: "KEY", key: 0x39dc4613 })).toBe(shard);
    expect(shard.resolve(task)).toBe(s2);
    expect(shard.resolve(fetchTask({ hash: bytes(0, 0, 0, 1) }))).toBe(s1);
    expect(() => shard.backend(recvTask(), { resolve: "LAZY", alt: 1 })).toThrow("backend/pipe context");
    expect(shard.backend(recvTask(), { resolve: "LAZY" })).toBe(shard);
  });
});

describe("shard_param", () => {
  test("gives values to the directors associated, the task's before the VCL's", () => {
    const param = directors.ShardParam.create(init, "p");
    param.set(init, { by: "KEY", key: 0x68b902f7 });
    shard.associate(init, param.use(init));
    const task = fetchTask();
    expect(shard.backend(task, {})).toBe(s1);
    param.set(task, { by: "KEY", key: 0x39dc4613 });
    expect(shard.backend(task, {})).toBe(s2);
    expect(shard.backend(fetchTask(), {})).toBe(s1);
    expect(shard.backend(task, { by: "KEY", key: 0xc7793505 })).toBe(s3);
    param.clear(task);
    expect(shard.backend(task, {})).toBe(s1);
    shard.associate(init, undefined);
    expect(shard.backend(fetchTask({ hash: bytes(0xc7, 0x79, 0x35, 0x05) }), {})).toBe(s3);
  });

  test("named in a call stands in place of the associated one", () => {
    const param = directors.ShardParam.create(init, "p");
    param.set(init, { by: "KEY", key: 0xc7793505 });
    const task = fetchTask();
    expect(shard.backend(task, { param: param.use(task) })).toBe(s3);
    shard.backend(task, { resolve: "LAZY", param: param.use(task) });
    expect(shard.resolve(task)).toBe(s3);
  });

  test("each set replaces the one before it", () => {
    const param = directors.ShardParam.create(init, "p");
    param.set(init, { by: "URL", alt: 2, warmup: 0.5, rampup: false, healthy: "ALL" });
    const task = recvTask("/url");
    expect([
      param.get_by(task),
      param.get_key(task),
      param.get_alt(task),
      param.get_warmup(task),
      param.get_rampup(task),
      param.get_healthy(task),
    ]).toEqual(["URL", 3281611639, 2, 0.5, false, "ALL"]);
    param.set(init, { alt: 1 });
    expect([param.get_by(task), param.get_alt(task), param.get_warmup(task), param.get_rampup(task)]).toEqual(
      ["HASH", 1, -1, true],
    );
  });

  test("checks as backend() does", () => {
    const param = directors.ShardParam.create(init, "p");
    expect(() => param.set(init, { by: "KEY" })).toThrow("missing key");
    expect(() => shard.associate(init, bytes(1))).toThrow("shard .associate param invalid");
  });
});
