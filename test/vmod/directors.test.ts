import { describe, expect, test } from "vitest";
import * as directors from "../../src/vmod/directors/index.js";
import { hash32 } from "../../src/vmod/directors/hash32.js";
import { makeBackend, makeTask, type TestBackend } from "../support/vmod-task.js";

const init = makeTask("housekeeping", "vcl_init");
const fetch = () => makeTask("backend", "vcl_backend_fetch", { bereq: { url: "/x", hash: undefined } });

function backends(...names: string[]): TestBackend[] {
  return names.map((name) => makeBackend(name));
}

/** The names of what a director resolves to, several times in a row. */
function resolved(director: { resolve(task: never): unknown }, times: number, task = fetch()): unknown[] {
  return Array.from(
    { length: times },
    () => (director.resolve(task as never) as TestBackend | undefined)?.vclName,
  );
}

describe.each([
  ["round_robin", () => directors.RoundRobin.create(init, "d")],
  ["fallback", () => directors.Fallback.create(init, "d", false)],
  ["random", () => directors.Random.create(init, "d")],
  ["hash", () => directors.Hash.create(init, "d")],
])("%s", (_, create) => {
  test("none cannot be added or removed", () => {
    const director = create();
    expect(() => director.add_backend(init, undefined, 1)).toThrow("d: None backend cannot be added");
    expect(() => director.remove_backend(init, undefined)).toThrow("d: None backend cannot be removed");
  });

  test("holds a reference to each member until it is removed or the VCL is discarded", () => {
    const director = create();
    const [a, b] = backends("a", "b") as [TestBackend, TestBackend];
    for (const member of [a, a, b]) director.add_backend(init, member, 1);
    expect([a.references, b.references]).toEqual([2, 1]);
    director.remove_backend(init, a);
    director.remove_backend(init, makeBackend("stranger"));
    expect([...director.members()]).toEqual([a, b]);
    director.fini();
    expect([a.references, b.references]).toEqual([0, 0]);
    expect(resolved(director, 1)).toEqual([undefined]);
  });

  test("is known to its VCL by name", () => {
    const task = makeTask("housekeeping", "vcl_init");
    const director = directors.RoundRobin.create(task, "known");
    expect(directors.lookup(task, "known")).toBe(director);
    expect(directors.lookup(task, "unknown")).toBeUndefined();
    expect(directors.lookup(task, undefined)).toBeUndefined();
  });
});

describe("health of a group", () => {
  test("is that of any member, changed when the latest examined one did", () => {
    const director = directors.RoundRobin.create(init, "d");
    expect(director.health(init)).toEqual({ healthy: false, changed: 1000 });
    director.add_backend(init, makeBackend("a", { healthy: false, changed: 5 }));
    expect(director.health(init)).toEqual({ healthy: false, changed: 5 });
    director.add_backend(init, makeBackend("b", { changed: 3 }));
    director.add_backend(init, makeBackend("c", { changed: 9 }));
    expect(director.health(init)).toEqual({ healthy: true, changed: 5 });
  });

  test("of a hash director is never sick", () => {
    expect(directors.Hash.create(init, "d").health().healthy).toBe(true);
  });
});

describe("round_robin", () => {
  test("takes its members in turn and passes over sick ones", () => {
    const director = directors.RoundRobin.create(init, "d");
    const [a, b, c] = backends("a", "b", "c") as [TestBackend, TestBackend, TestBackend];
    for (const member of [a, b, c]) director.add_backend(init, member);
    expect(director.backend(init)).toBe(director);
    expect(resolved(director, 4)).toEqual(["a", "b", "c", "a"]);
    b.healthy = false;
    expect(resolved(director, 3)).toEqual(["c", "a", "c"]);
    a.healthy = c.healthy = false;
    expect(resolved(director, 1)).toEqual([undefined]);
  });

  test("a member that was added twice has a double share", () => {
    const director = directors.RoundRobin.create(init, "d");
    const [a, b] = backends("a", "b") as [TestBackend, TestBackend];
    for (const member of [a, a, b]) director.add_backend(init, member);
    expect(resolved(director, 6).filter((name) => name === "a")).toHaveLength(4);
  });

  test("goes on when members are removed", () => {
    const director = directors.RoundRobin.create(init, "d");
    const [a, b] = backends("a", "b") as [TestBackend, TestBackend];
    for (const member of [a, b]) director.add_backend(init, member);
    resolved(director, 1);
    director.remove_backend(init, b);
    expect(resolved(director, 2)).toEqual(["a", "a"]);
  });
});

describe("fallback", () => {
  test("takes the first healthy member, and comes back to it", () => {
    const director = directors.Fallback.create(init, "d", false);
    const [a, b] = backends("a", "b") as [TestBackend, TestBackend];
    for (const member of [a, b]) director.add_backend(init, member);
    a.healthy = false;
    expect(resolved(director, 2)).toEqual(["b", "b"]);
    a.healthy = true;
    expect(resolved(director, 1)).toEqual(["a"]);
  });

  test("when sticky, stays with its choice until that is sick", () => {
    const director = directors.Fallback.create(init, "d", true);
    const [a, b] = backends("a", "b") as [TestBackend, TestBackend];
    for (const member of [a, b]) director.add_backend(init, member);
    a.healthy = false;
    expect(resolved(director, 1)).toEqual(["b"]);
    a.healthy = true;
    expect(resolved(director, 1)).toEqual(["b"]);
    b.healthy = false;
    expect(resolved(director, 1)).toEqual(["a"]);
    director.remove_backend(init, a);
    b.healthy = true;
    expect(resolved(director, 1)).toEqual(["b"]);
  });
});

describe("random", () => {
  test("shares by the weights of healthy members", () => {
    const director = directors.Random.create(init, "d");
    const [a, b, c] = backends("a", "b", "c") as [TestBackend, TestBackend, TestBackend];
    director.add_backend(init, a, 1);
    director.add_backend(init, b, 0);
    director.add_backend(init, c, 3);
    const task = fetch();
    task.host.randoms.push(0, 0.24, 0.25, 0.99);
    expect(resolved(director, 4, task)).toEqual(["a", "a", "c", "c"]);
    c.healthy = false;
    task.host.randoms.push(0.99);
    expect(resolved(director, 1, task)).toEqual(["a"]);
    a.healthy = false;
    expect(resolved(director, 1, task)).toEqual([undefined]);
  });
});

describe("hash", () => {
  test.each([
    ["/1", "second"],
    ["/3", "first"],
    ["/13", "first"],
    ["/8", "second"],
    ["", "first"],
    [undefined, "first"],
    ["127.0.0.1", "second"],
  ])("of two members, %j belongs to the %s", (text, name) => {
    const director = directors.Hash.create(init, "d");
    for (const member of backends("first", "second")) director.add_backend(init, member, 1);
    expect(director.backend(init, text)?.vclName).toBe(name);
  });

  test("what belongs to a sick member goes to a healthy one", () => {
    const director = directors.Hash.create(init, "d");
    const [a, b] = backends("a", "b") as [TestBackend, TestBackend];
    for (const member of [a, b]) director.add_backend(init, member, 1);
    b.healthy = false;
    expect(director.backend(init, "/1")).toBe(a);
  });
});

test.each([
  ["s10", 0xf08ad325],
  ["s11", 0x6bfd5a2d],
  ["/def", 2002449278],
  ["/b/url", 108501858],
  ["", 1438143096],
  ["a20", 3938665945],
])("the number of %j is %d", (text, number) => {
  expect(hash32(text)).toBe(number);
});
