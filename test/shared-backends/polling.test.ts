import { describe, expect, test } from "vitest";
import { PollSchedule } from "../../src/runtime/backend/poll-schedule.js";
import { backend, probed, SharedWorld } from "../support/shared-world.js";
import { stubHost } from "../support/stub-host.js";

const form = "b1(192.0.2.1:80)";
const b1 = (who: string, fields = ""): string => backend("b1", "192.0.2.1", probed(who, fields));
const poller = (w: SharedWorld): string | undefined => w.shared(form).poller?.fullName;
const urls = (w: SharedWorld): string[] => w.seen().map(({ url }) => url);

/** VCLs `a`, `b` and `c`, each with its own probe for b1; `a` is active. */
async function three(fields = ".interval = 5s;"): Promise<SharedWorld> {
  const w = new SharedWorld();
  for (const name of ["a", "b", "c"]) await w.load(name, b1(name, fields));
  await w.use("a");
  return w;
}

describe("who polls", () => {
  test("S2-37: at most one VCL polls a backend: the origin sees one stream of polls, an interval apart", async () => {
    const w = await three();
    await w.advance(21);
    const seen = w.seen();
    expect(new Set(seen.map(({ url }) => url)).size).toBe(1);
    expect(seen.map(({ at }, index) => at - (seen[index - 1]?.at ?? at - 5))).toEqual([5, 5, 5, 5, 5]);
  });

  test("S2-38: the active VCL is the poller, and its definition applies, also when it comes last or behind a label", async () => {
    const w = await three();
    await w.load("d", b1("d", ".window = 4; .threshold = 2;"));
    await w.use("d");
    await w.advance(20);
    expect(new Set(urls(w))).toEqual(new Set(["/probe-d"]));
    expect(w.shared(form).history?.settings).toMatchObject({ window: 4, threshold: 2 });
    await w.instance.label("front", "b");
    await w.use("front");
    expect(poller(w)).toBe("b.b1");
    await w.instance.label("front", "c");
    expect(poller(w)).toBe("c.b1");
    await w.use("a");
    expect(poller(w)).toBe("a.b1");
  });

  test("S2-39: a backend that the active VCL does not have is polled by exactly one of those that have it", async () => {
    const w = await three();
    await w.load("other", backend("x", "192.0.2.9"));
    await w.use("other");
    await w.advance(1);
    w.seen();
    await w.advance(50);
    const seen = urls(w);
    expect([seen.length, new Set(seen).size]).toEqual([10, 1]);
  });

  test("S2-40: such a backend is polled, so that a switch to a VCL that has it finds its health", async () => {
    const w = new SharedWorld();
    await w.load("a", backend("x", "192.0.2.9"));
    await w.use("a");
    await w.load("b", b1("b"));
    await w.advance(30);
    expect(w.healthy("b", "b1")).toBe(true);
    w.sick.add("192.0.2.1:80");
    await w.advance(60);
    await w.use("b");
    expect(w.healthy("b", "b1")).toBe(false);
    expect((await w.get()).status).toBe(503);
  });

  test("S2-41: vcl.use makes the probes of every backend of that VCL the ones that run: the origin sees their interval", async () => {
    const w = new SharedWorld();
    const two = (who: string, interval: number): string =>
      `${b1(who, `.interval = ${interval}s;`)} ${backend("b2", "192.0.2.2", probed(who, `.interval = ${interval}s;`))}
       sub vcl_recv { set req.backend_hint = b2; }`;
    await w.load("a", two("a", 10));
    await w.load("b", two("b", 2));
    await w.use("a");
    await w.advance(20);
    w.seen();
    await w.use("b");
    await w.advance(20);
    const seen = w.seen();
    for (const address of ["192.0.2.1:80", "192.0.2.2:80"]) {
      const times = seen.filter((poll) => poll.address === address).map(({ at }) => at);
      expect(times.length).toBeGreaterThanOrEqual(9);
      expect(times.slice(1).map((at, index) => at - (times[index] as number))).toEqual(
        Array(times.length - 1).fill(2),
      );
    }
    expect(new Set(seen.map(({ url }) => url))).toEqual(new Set(["/probe-b"]));
  });

  test("S2-41: polls go on at the pace that is due: a switch forth and back neither adds one nor puts one off", async () => {
    const w = await three();
    for (let i = 0; i < 40; i++) {
      await w.use(i % 2 ? "a" : "b");
      await w.advance(1);
    }
    expect(w.seen()).toHaveLength(9);
  });

  test("S2-42: when the poller is discarded another VCL goes on, with the history and the verdict as they are", async () => {
    const w = await three();
    w.sick.add("192.0.2.1:80");
    await w.advance(26);
    w.sick.clear();
    await w.advance(5);
    const history = w.shared(form).history?.with("H");
    await w.load("other", backend("x", "192.0.2.9"));
    await w.use("other");
    const changed = w.shared(form).history?.changed;
    await w.instance.discard("a");
    expect(poller(w)).toBe("c.b1");
    expect(w.shared(form).history?.with("H")).toEqual(history);
    expect([w.healthy("c", "b1"), w.shared(form).history?.changed]).toEqual([false, changed]);
    w.seen();
    await w.advance(20);
    expect(new Set(urls(w))).toEqual(new Set(["/probe-c"]));
    expect(w.shared(form).history?.with("H").slice(0, 5)).toEqual(history?.slice(0, 5));
  });

  test("S2-43: with the last VCL a backend retires: no polls, no timers, no idle connections, no counters", async () => {
    const w = await three();
    await w.advance(0);
    await w.get();
    const { pool } = w.shared(form);
    await w.load("other", backend("x", "192.0.2.9"));
    await w.use("other");
    await w.instance.discard("a", "b");
    expect([w.forms().includes(form), pool.size]).toEqual([true, 1]);
    await w.instance.discard("c");
    expect([w.forms(), pool.size]).toEqual([["x(192.0.2.9:80)"], 0]);
    expect([...w.instance.sharedBackends.counters().keys()].some((name) => name.includes("b1"))).toBe(false);
    expect(w.instance.sharedBackends.schedule.size).toBe(0);
    w.seen();
    await w.advance(100);
    expect(w.seen()).toEqual([]);
    await w.load("again", b1("again"));
    expect(w.shared(form).history?.good).toBe(2);
  });

  test("S2-43: a poll that is under way when its backend retires is nobody's", async () => {
    const w = new SharedWorld();
    let answer: () => void = () => undefined;
    w.host.origin("192.0.2.1:80", () => new Promise((resolve) => (answer = () => resolve({}))));
    await w.load("a", b1("a"));
    await w.advance(0);
    await w.instance.discard("a");
    answer();
    await w.advance(10);
    expect(w.host.captured.texts("Backend_health")).toEqual([]);
  });

  test("S2-44: discarding a VCL that is not the poller changes nothing", async () => {
    const w = await three();
    await w.advance(12);
    const before = [poller(w), w.shared(form).history?.with("H"), w.shared(form).history?.changed];
    await w.instance.discard("b", "c");
    expect([poller(w), w.shared(form).history?.with("H"), w.shared(form).history?.changed]).toEqual(before);
    w.seen();
    await w.advance(10);
    expect(w.seen().map(({ at, url }) => [at % 5, url])).toEqual(Array(2).fill([0, "/probe-a"]));
  });

  test("S2-45: a shared backend knows every VCL that refers to it, and forgets those that go", async () => {
    const w = await three();
    const names = (): string[] => w.shared(form).references.map(({ fullName }) => fullName);
    expect(names()).toEqual(["a.b1", "b.b1", "c.b1"]);
    await w.load("cold", b1("cold"), "cold");
    await w.instance.discard("b");
    expect(names()).toEqual(["a.b1", "c.b1", "cold.b1"]);
    const broken = `${b1("x")} import std; sub vcl_init { return (fail); }`;
    await expect(w.load("broken", broken)).rejects.toThrow();
    expect(names()).toEqual(["a.b1", "c.b1", "cold.b1"]);
  });
});

describe("how polls are run", () => {
  test("S2-46: a thousand backends have one timer between them", async () => {
    const host = stubHost();
    const schedule = new PollSchedule(host);
    let runs = 0;
    for (let i = 0; i < 1000; i++) {
      const due = { run: () => (runs++, schedule.set(due, host.now() + 5)) };
      schedule.set(due, host.now() + (i % 50) / 10);
    }
    expect([schedule.size, host.timers]).toEqual([1000, 1]);
    await host.advance(5);
    expect([runs, host.timers]).toEqual([1020, 1]);
  });

  test("S2-46: the schedule runs what is due in order, moves and drops what it is told to", async () => {
    const host = stubHost();
    const schedule = new PollSchedule(host);
    const ran: string[] = [];
    const job = (name: string) => ({ run: () => void ran.push(`${name}@${host.now() - 1000}`) });
    const [a, b, c, d] = [job("a"), job("b"), job("c"), job("d")];
    schedule.set(a, 1004);
    schedule.set(b, 1002);
    schedule.set(c, 1003);
    schedule.set(d, 1001);
    schedule.set(a, 1001.5);
    schedule.remove(d);
    await host.advance(10);
    expect(ran).toEqual(["a@1.5", "b@2", "c@3"]);
    expect([schedule.size, host.timers]).toEqual([0, 0]);
  });

  test("S2-47: a poll that hangs delays no other backend's, and is not run beside itself", async () => {
    const w = new SharedWorld();
    w.host.origin("192.0.2.1:80", ({ url }) => {
      w.polls.push({ at: w.host.now(), address: "slow", url });
      return { latency: 7 };
    });
    await w.load(
      "a",
      `${b1("a", ".interval = 2s; .timeout = 20s;")} ${backend("b2", "192.0.2.2", probed("a", ".interval = 2s;"))}
       sub vcl_recv { set req.backend_hint = b2; }`,
    );
    await w.use("a");
    const start = w.host.now();
    await w.advance(16);
    const seen = w.seen();
    const times = (address: string): number[] =>
      seen.filter((poll) => poll.address === address).map(({ at }) => at - start);
    expect(times("192.0.2.2:80")).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16]);
    expect(times("slow")).toEqual([0, 8, 16]);
  });

  test("S2-48: at a take-over the polls of before stay and are judged by the new window and threshold", async () => {
    const w = new SharedWorld();
    await w.load("strict", b1("strict", ".window = 8; .threshold = 6; .interval = 1s; .initial = 0;"));
    await w.load("lax", b1("lax", ".window = 4; .threshold = 2; .interval = 1s;"));
    await w.use("strict");
    await w.advance(3);
    expect([w.shared(form).history?.good, w.healthy("strict", "b1")]).toEqual([4, false]);
    await w.use("lax");
    expect(w.host.captured.texts("Backend_health").at(-1)).toBe(
      `${form} Went healthy -------- 4 2 4 0.000000 0.000000 "Judged by lax.b1"`,
    );
    expect([w.shared(form).history?.good, w.healthy("lax", "b1"), w.healthy("strict", "b1")]).toEqual([
      4,
      true,
      true,
    ]);
    await w.use("strict");
    expect(w.healthy("strict", "b1")).toBe(false);
    await w.advance(3);
    expect([w.shared(form).history?.good, w.healthy("strict", "b1")]).toEqual([7, true]);
  });

  test("S2-49: a cold VCL refers to the state but does not poll; its backend waits for a warm one, as Varnish's do", async () => {
    const w = await three();
    await w.advance(20);
    await w.load("other", backend("x", "192.0.2.9"));
    await w.use("other");
    await w.instance.setState("a", "cold");
    expect(poller(w)).toBe("c.b1");
    for (const name of ["b", "c"]) await w.instance.setState(name, "cold");
    const state = w.shared(form);
    expect([state.poller, state.history?.good]).toEqual([undefined, 5 + 2]);
    w.seen();
    await w.advance(50);
    expect(w.seen()).toEqual([]);
    await w.instance.setState("b", "warm");
    expect(w.shared(form)).toBe(state);
    // Nobody kept the history up to date: the assumption is renewed, and a poll is due at once.
    expect([poller(w), state.history?.good]).toEqual(["b.b1", 2]);
    await w.advance(0);
    expect(urls(w)).toEqual(["/probe-b"]);
  });
});
