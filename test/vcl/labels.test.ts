import { describe, expect, test } from "vitest";
import type { VclRef } from "vclc/runtime";
import { vclDispatch, vclSelect } from "../../src/runtime/vcl/dispatch.js";
import type { ClientTransaction } from "../../src/runtime/task.js";
import { bench, handVcl, type Bench } from "../support/hand-vcl.js";

const plain = handVcl(() => ({}));

/** A VCL that names a label. */
function using(label: string, seen: VclRef[] = []) {
  return handVcl((vpi) => {
    seen.push(vpi.label(label, "main.vcl:4:22"));
    return {};
  });
}

async function withLabel(): Promise<Bench> {
  const b = bench();
  await b.load("one", plain);
  await b.label("l1", "one");
  return b;
}

describe("names and use", () => {
  test("names are a letter and then letters, digits, _ and -; they are given once", async () => {
    const b = await withLabel();
    for (const [name, bad] of [
      ["a.b", "."],
      ["1a", "1"],
      ["a b", " "],
    ] as const) {
      await expect(b.load(name, plain)).rejects.toThrow(`Illegal character in VCL name ('${bad}')`);
    }
    await expect(b.load("one", plain)).rejects.toThrow("Already a VCL named one");
    await expect(b.load("l1", plain)).rejects.toThrow("Already a VCL named l1");
  });

  test("vcl.use answers as varnishd does, and takes labels", async () => {
    const b = await withLabel();
    expect(await b.use("one")).toBe("VCL 'one' now active");
    expect(await b.use("one")).toBe("");
    expect(await b.use("l1")).toBe("VCL 'l1' now active");
    await expect(b.use("two")).rejects.toThrow("No VCL named two known");
    await b.load("two", plain);
    await b.label("l1", "two");
    expect(b.table.active?.current()?.name).toBe("two");
  });

  test("a cold VCL is neither used nor labelled", async () => {
    const b = bench();
    await b.load("c", plain, "cold");
    await expect(b.use("c")).rejects.toThrow("VCL 'c' is cold - set to auto or warm first");
    await expect(b.label("l", "c")).rejects.toThrow("VCL 'c' is cold - set to auto or warm first");
  });
});

describe("labels", () => {
  test("S4-90: a label must exist when a VCL that names it is loaded", async () => {
    await expect(bench().load("v", using("nope"))).rejects.toThrow(
      "No label named nope (main.vcl:4:22). Make it with vcl.label before loading v",
    );
  });

  test("S4-90 S4-104: a label is re-pointed and the VCL that names it follows without being loaded again", async () => {
    const b = await withLabel();
    const seen: VclRef[] = [];
    await b.load("main", using("l1", seen));
    expect(seen[0]?.current()?.name).toBe("one");
    await b.load("two", plain);
    await b.label("l1", "two");
    expect(seen[0]?.current()?.name).toBe("two");
    await b.discard("one");
  });

  test("labels point to VCLs only, and take no VCL's name", async () => {
    const b = await withLabel();
    await expect(b.label("l2", "l1")).rejects.toThrow("VCL labels cannot point to labels");
    await expect(b.label("one", "one")).rejects.toThrow("one is not a label");
    await expect(b.label("l2", "two")).rejects.toThrow("No VCL named two known");
    await expect(b.label("l.2", "one")).rejects.toThrow("Illegal character in VCL name ('.')");
  });

  test("a circle of labels is refused", async () => {
    const b = await withLabel();
    await b.load("u", using("l1"));
    await b.label("l2", "u");
    await b.load("w", using("l2"));
    await expect(b.label("l1", "u")).rejects.toThrow(
      "Vcl u uses Label l1\nPointing label l1 at u would create a loop",
    );
    await expect(b.label("l1", "w")).rejects.toThrow("would create a loop");
    expect(b.table.label("l1")?.current()?.name).toBe("one");
  });

  test("vcl.list tells of labels, uses and what is active", async () => {
    const b = await withLabel();
    await b.load("main", using("l1"));
    await b.use("main");
    expect(b.table.list()).toEqual([
      { name: "one", status: "available", state: "auto", temperature: "warm", busy: 0, labels: 1 },
      {
        name: "l1",
        status: "available",
        state: "label",
        temperature: "warm",
        busy: 0,
        label: { name: "one", refs: 1 },
        labels: 0,
      },
      { name: "main", status: "active", state: "auto", temperature: "warm", busy: 0, labels: 0 },
    ]);
  });
});

describe("what is behind a label is always warm", () => {
  test("it does not cool by itself, nor does vcl.state make it cold", async () => {
    const b = await withLabel();
    await b.host.advance(3600);
    await b.queue.run(() => undefined);
    expect(b.table.label("l1")?.target.temperature).toBe("warm");
    await expect(b.setState("one", "cold")).rejects.toThrow("A labeled VCL cannot be set cold");
  });

  test("one that has cooled, or was told to while tasks use it, is warmed before the label points to it", async () => {
    const b = bench();
    const cooled = await b.load("cooled", plain);
    const busy = await b.load("busy", plain);
    busy.retain();
    await b.host.advance(601);
    await b.queue.run(() => undefined);
    expect([cooled.temperature, busy.temperature]).toEqual(["cold", "busy"]);
    await b.label("l1", "cooled");
    await b.label("l2", "busy");
    expect([cooled.temperature, busy.temperature]).toEqual(["warm", "warm"]);
    busy.release();
    await b.queue.run(() => undefined);
    expect(busy.temperature).toBe("warm");
  });

  test("a clock that ran out in the moment of vcl.label cools nothing", async () => {
    const b = bench();
    const one = await b.load("one", plain);
    await b.host.advance(599);
    const labelled = b.label("l1", "one");
    await b.host.advance(10);
    await labelled;
    await b.queue.run(() => undefined);
    expect(one.temperature).toBe("warm");
  });
});

describe("discard", () => {
  test("the active VCL, a labelled VCL and a label in use stay; a pattern must match", async () => {
    const b = await withLabel();
    await b.load("main", using("l1"));
    await b.use("main");
    await expect(b.discard("main")).rejects.toThrow("Cannot discard active VCL program main");
    await expect(b.discard("one")).rejects.toThrow("Cannot discard labeled VCL program one:\n\tl1");
    await expect(b.discard("l1")).rejects.toThrow(
      "Cannot discard VCL label l1, other VCLs depend on it:\n\tmain",
    );
    await expect(b.discard("x*")).rejects.toThrow("No VCL name matches x*");
    expect(b.table.list()).toHaveLength(3);
  });

  test("what depends on each other goes together, and VCLs that name a label before those behind it", async () => {
    const b = bench();
    const ended: string[] = [];
    const ending = (name: string, label?: string) =>
      handVcl((vpi) => {
        if (label !== undefined) vpi.label(label, "main.vcl:4:22");
        return { fini: () => void ended.push(name) };
      });
    await b.load("last", ending("last"));
    await b.label("l2", "last");
    await b.load("middle", ending("middle", "l2"));
    await b.label("l1", "middle");
    await b.load("first", ending("first", "l1"));
    // Loaded after the VCL that names its label.
    await b.load("late", ending("late"));
    await b.label("l2", "late");
    await b.discard("l*", "m*", "[fg]irst");
    expect(ended.filter((name) => name !== "last")).toEqual(["first", "middle", "late"]);
    expect(ended).toContain("last");
    expect(b.table.list()).toEqual([]);
  });

  test("tasks of a discarded VCL go on to switch to VCLs behind its labels, which are discarded with it and end after it", async () => {
    const b = bench();
    const ended: string[] = [];
    const seen: VclRef[] = [];
    await b.load(
      "one",
      handVcl(() => ({ fini: () => void ended.push("one") })),
    );
    await b.label("l1", "one");
    const user = await b.load("user", using("l1", seen));
    user.onDiscard(() => void ended.push("user"));
    user.retain();
    await b.discard("*");
    expect(b.table.list()).toEqual([]);
    const left = b.vcls.list().map(({ name, temperature }) => `${name} ${temperature}`);
    expect(left.sort()).toEqual(["one warm", "user busy"]);
    const task = { vcl: user, switchTo: seen[0], req: { restarts: 0 }, log: () => undefined };
    expect(vclDispatch(task as unknown as ClientTransaction)).toBeUndefined();
    const target = task.vcl;
    expect(target.name).toBe("one");
    user.release();
    await b.queue.run(() => undefined);
    await b.queue.run(() => undefined);
    expect(ended).toEqual(["user"]);
    target.release();
    await b.queue.run(() => undefined);
    expect(ended).toEqual(["user", "one"]);
    expect(b.vcls.list()).toEqual([]);
  });

  test("a label that only a discarded VCL still names can be discarded, and made anew; that VCL's tasks go on to use the old one", async () => {
    const b = bench();
    const seen: VclRef[] = [];
    const one = await b.load("one", plain);
    await b.load("two", plain);
    await b.label("l1", "one");
    const user = await b.load("user", using("l1", seen));
    user.retain();
    await b.discard("user");
    await b.discard("l1");
    await b.label("l1", "two");
    expect(seen[0]?.current()?.name).toBe("one");
    expect(b.table.label("l1")?.target.name).toBe("two");
    await b.discard("one");
    expect(one.temperature).toBe("warm");
    user.release();
    for (let i = 0; i < 3; i++) await b.queue.run(() => undefined);
    expect(b.vcls.list().map(({ name }) => name)).toEqual(["two", "l1"]);
  });

  test("a VCL that requests use ends with the last of them", async () => {
    const b = bench();
    let ended = false;
    const vcl = await b.load(
      "v",
      handVcl(() => ({ fini: () => ((ended = true), undefined) })),
    );
    vcl.retain();
    vcl.retain();
    await b.discard("v");
    expect(vcl.usable).toBe(false);
    vcl.release();
    await b.queue.run(() => undefined);
    expect(ended).toBe(false);
    vcl.release();
    await b.queue.run(() => undefined);
    expect(ended).toBe(true);
  });
});

describe("switching", () => {
  async function transaction(restarts = 0) {
    const b = await withLabel();
    const main = await b.load("main", plain);
    main.retain();
    const records: string[] = [];
    const label = b.table.label("l1") as VclRef;
    const task = {
      vcl: main,
      vcl0: undefined,
      switchTo: label,
      req: { restarts },
      log: (tag: string, text: string) => records.push(`${tag} ${text}`),
    } as unknown as ClientTransaction;
    return { task, records, label, main };
  }

  test("S4-88 S4-91: a switch keeps the first VCL, takes a reference on the target and logs VCL_use", async () => {
    const { task, records, main, label } = await transaction();
    expect(vclDispatch(task)).toBeUndefined();
    expect(task.vcl.name).toBe("one");
    expect(task.vcl0).toBe(main);
    expect(records).toEqual(["VCL_use one via l1"]);
    expect((label.current() as unknown as { busy: number }).busy).toBe(1);
  });

  test("S4-83: not after restarts; S4-84: only from the VCL the request came in on", async () => {
    for (const [action, run] of [
      ["dispatch", vclDispatch],
      ["vcl", vclSelect],
    ] as const) {
      const late = await transaction(1);
      expect(run(late.task)).toBe(`Illegal return(${action}): Not after restarts`);
      expect(late.task.vcl).toBe(late.main);
      const { task, label } = await transaction();
      run(task);
      task.switchTo = label;
      expect(run(task)).toBe(`Illegal return(${action}): Only from active VCL`);
    }
  });
});
