import { describe, expect, test } from "vitest";
import type { HousekeepingTask, Priv, VclModule } from "vclc/runtime";
import { VclFailure } from "../../src/runtime/values/failure.js";
import type { Vcl } from "../../src/runtime/vcl/vcl.js";
import { bench, handVcl } from "../support/hand-vcl.js";

const plain = handVcl(() => ({}));

/** A VCL whose VMOD writes down what it is told. */
function told(order: string[], fails: { now: boolean } = { now: false }): VclModule {
  const event = (_: HousekeepingTask, __: Priv, name: string): void => {
    order.push(name);
    if (name === "warm" && fails.now) throw new VclFailure("no luck");
  };
  return handVcl(() => ({ fini: () => (order.push("fini"), undefined) }), [{ event }]);
}

/** Lets the jobs run that are queued now, and those that they queue. */
async function idle(b: ReturnType<typeof bench>): Promise<void> {
  await b.queue.run(() => undefined);
  await b.queue.run(() => undefined);
}

describe("vcl.state", () => {
  test("cold, then auto, which leaves it cold until it is used, and warm: COLD and WARM each time, once", async () => {
    const b = bench();
    const order: string[] = [];
    const vcl = await b.load("v", told(order));
    expect(vcl.temperature).toBe("warm");
    await b.setState("v", "cold");
    await b.setState("v", "cold");
    expect([vcl.state, vcl.temperature]).toEqual(["cold", "cold"]);
    await expect(b.use("v")).rejects.toThrow("VCL 'v' is cold - set to auto or warm first");
    await expect(b.label("l", "v")).rejects.toThrow("VCL 'v' is cold - set to auto or warm first");
    await b.setState("v", "auto");
    expect([vcl.state, vcl.temperature]).toEqual(["auto", "cold"]);
    expect(await b.use("v")).toBe("VCL 'v' now active");
    expect(vcl.temperature).toBe("warm");
    await b.load("w", plain, "cold");
    await b.setState("w", "warm");
    expect(order).toEqual(["load", "warm", "cold", "warm"]);
    expect(b.table.list()).toMatchObject([
      { name: "v", status: "active", state: "auto", temperature: "warm" },
      { name: "w", status: "available", state: "warm", temperature: "warm" },
    ]);
  });

  test("labels are always warm; the active VCL and a labelled one are not made cold; unknown names are refused", async () => {
    const b = bench();
    await b.load("a", plain);
    await b.load("v", plain);
    await b.use("a");
    await b.label("l", "v");
    for (const [name, status, text] of [
      ["l", 106, "Labels are always warm"],
      ["a", 300, "Cannot set the active VCL cold."],
      ["v", 300, "A labeled VCL cannot be set cold"],
      ["x", 106, "No VCL named x known"],
    ] as const) {
      await expect(b.setState(name, "cold")).rejects.toMatchObject({ status, message: text });
    }
    expect(b.table.list().every(({ temperature }) => temperature === "warm")).toBe(true);
  });

  test("a warm-up that fails leaves it cold, in the state it had, and says why", async () => {
    const b = bench();
    const fails = { now: false };
    const order: string[] = [];
    const vcl = await b.load("v", told(order, fails), "cold");
    fails.now = true;
    await expect(b.setState("v", "warm")).rejects.toMatchObject({
      status: 300,
      message: "Failed <vcl.state v warm>\nMessage:\n\tno luck",
    });
    expect([vcl.state, vcl.temperature]).toEqual(["cold", "cold"]);
    await b.setState("v", "auto");
    await expect(b.use("v")).rejects.toThrow("Failed <vcl.state v auto>\nMessage:\n\tno luck");
    expect(b.table.active).toBeUndefined();
    fails.now = false;
    await b.use("v");
  });

  test("busy: told to go cold while tasks use it, it goes with the last of them, or is warm again without events", async () => {
    const b = bench();
    const order: string[] = [];
    const vcl = await b.load("v", told(order));
    vcl.retain();
    await b.setState("v", "cold");
    expect([vcl.temperature, vcl.usable]).toEqual(["busy", false]);
    await b.setState("v", "warm");
    expect(vcl.temperature).toBe("warm");
    expect(order).toEqual(["load", "warm"]);
    await b.setState("v", "cold");
    vcl.release();
    await idle(b);
    expect(vcl.temperature).toBe("cold");
    expect(order).toEqual(["load", "warm", "cold"]);
  });

  test("probes run while a VCL is warm and only then", async () => {
    const b = bench();
    const module = handVcl((vpi) => {
      vpi.backend("b", { host: "127.0.0.1", probe: { name: "p" } });
      return {};
    });
    await b.load("v", module, "cold");
    expect(b.host.timers).toBe(0);
    await b.setState("v", "warm");
    expect(b.host.timers).toBe(1);
    await b.setState("v", "cold");
    expect(b.host.timers).toBe(0);
  });
});

describe("state auto", () => {
  /** One active, one labelled, one that names the label, one that nobody needs. */
  async function four(): Promise<{ b: ReturnType<typeof bench>; temperatures: () => string[] }> {
    const b = bench();
    await b.load("active", plain);
    await b.use("active");
    await b.load("behind", plain);
    await b.label("l", "behind");
    await b.load(
      "names",
      handVcl((vpi) => (vpi.label("l", "v:1:1"), {})),
    );
    await b.load("idle", plain);
    const temperatures = (): string[] =>
      b.table.vcls().map(({ name, temperature }) => `${name} ${temperature}`);
    return { b, temperatures };
  }

  test("vcl_cooldown seconds after it was last needed a VCL goes cold; active, labelled and label-naming ones stay warm", async () => {
    const { b, temperatures } = await four();
    await b.host.advance(599);
    await idle(b);
    expect(temperatures()).toContain("idle warm");
    await b.host.advance(2);
    await idle(b);
    expect(temperatures()).toEqual(["active warm", "behind warm", "names warm", "idle cold"]);
    expect(b.host.timers).toBe(0);
  });

  test("its time begins anew when it is no longer active, and state warm never cools", async () => {
    const { b, temperatures } = await four();
    await b.setState("idle", "warm");
    await b.host.advance(300);
    await b.load("next", plain);
    await b.use("next");
    await b.host.advance(500);
    await idle(b);
    expect(temperatures()).toContain("active warm");
    await b.host.advance(101);
    await idle(b);
    expect(temperatures()).toContain("active cold");
    expect(temperatures()).toContain("idle warm");
    await b.use("active");
    expect(temperatures()).toContain("active warm");
  });

  test("a VCL that cooled by itself is warmed by its label", async () => {
    const { b, temperatures } = await four();
    await b.host.advance(601);
    await b.label("l", "idle");
    expect(temperatures()).toContain("idle warm");
  });
});

describe("preventing a discard", () => {
  /** A VCL whose VMOD prevents its discard at WARM. */
  function holding(release: (() => void)[]): VclModule {
    const event = (task: HousekeepingTask, _: Priv, name: string): void => {
      if (name === "warm")
        release.push((task as unknown as { vcl: Vcl }).vcl.preventDiscard("svc: director x"));
    };
    return handVcl(() => ({}), [{ event }]);
  }

  test("S4-57 S4-58: not in vcl_init, but from the WARM event on", async () => {
    const b = bench();
    const early = handVcl(() => ({
      init: (task) => void (task as unknown as { vcl: Vcl }).vcl.preventDiscard("too early"),
    }));
    await expect(b.load("v", early)).rejects.toThrow(
      "The discard of VCL v can be prevented only while it is warm, from the WARM event on, not while it is init",
    );
    const release: (() => void)[] = [];
    expect((await b.load("v", holding(release))).holds).toEqual(["svc: director x"]);
  });

  test("cooling: it went cold but somebody prevents its discard; it is not warmed again, and is cold with the last release", async () => {
    const b = bench();
    const release: (() => void)[] = [];
    const vcl = await b.load("v", holding(release));
    await b.setState("v", "cold");
    expect(vcl.temperature).toBe("cooling");
    await expect(b.setState("v", "warm")).rejects.toThrow(
      "Failed <vcl.state v warm>\nMessage:\n\tVCL v is waiting for:\n\t- svc: director x",
    );
    release[0]?.();
    release[0]?.();
    await idle(b);
    expect(vcl.temperature).toBe("cold");
    await b.setState("v", "warm");
    expect(vcl.temperature).toBe("warm");
  });

  test("a discarded VCL that is held is listed as discarded until it is released; its name is free", async () => {
    const b = bench();
    const release: (() => void)[] = [];
    await b.load("v", holding(release));
    await b.discard("v");
    expect(b.vcls.list()).toMatchObject([{ name: "v", status: "discarded", temperature: "cooling" }]);
    await b.load("v", plain);
    release[0]?.();
    await idle(b);
    expect(b.vcls.list()).toMatchObject([{ name: "v", status: "available", temperature: "warm" }]);
  });
});

test("vcl.deps names the labels that a VCL uses and the VCL behind a label", async () => {
  const b = bench();
  await b.load("one", plain);
  await b.label("l", "one");
  await b.load(
    "main",
    handVcl((vpi) => (vpi.label("l", "v:1:1"), {})),
  );
  expect(b.table.deps()).toEqual([
    { name: "one", deps: [] },
    { name: "l", deps: ["one"] },
    { name: "main", deps: ["l"] },
  ]);
});
