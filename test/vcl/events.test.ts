import { describe, expect, test, vi } from "vitest";
import type { Task, VclModule } from "vclc/runtime";
import { Backend } from "../../src/runtime/backend/backend.js";
import type { VmodModule } from "../../src/runtime/vcl/vpi.js";
import { bench, handVcl } from "../support/hand-vcl.js";

/** A VCL with two VMODs, two probed backends and two objects, which writes down what happens to them. */
function witness(order: string[]): VclModule {
  const vmod = (name: string): VmodModule => ({
    event: (_, __, event) => void order.push(`${name} ${event}`),
  });
  return handVcl(
    (vpi) => {
      for (const name of ["first", "second"])
        vpi.backend(name, { host: "127.0.0.1", probe: { name: "p", url: `/${name}` } });
      return {
        init: () => void order.push("vcl_init"),
        fini: () => void order.push("vcl_fini"),
        objects: () => [
          ["one", { fini: () => order.push("one goes") }],
          ["two", { fini: () => order.push("two goes") }],
        ],
      };
    },
    [vmod("a"), vmod("b")],
  );
}

describe("events of a VCL", () => {
  test("come in Varnish's order: LOAD and WARM in order of import, COLD and DISCARD in reverse; vcl.use sends none", async () => {
    const b = bench();
    const order: string[] = [];
    await b.load(
      "other",
      handVcl(() => ({})),
    );
    await b.load("v", witness(order));
    expect(order).toEqual(["a load", "b load", "vcl_init", "a warm", "b warm"]);
    await b.use("v");
    await b.use("other");
    expect(order).toHaveLength(5);
    await b.host.advance(601);
    await b.queue.run(() => undefined);
    expect(order.splice(0, 7).slice(5)).toEqual(["b cold", "a cold"]);
    await b.use("v");
    await b.use("other");
    expect(order.splice(0)).toEqual(["a warm", "b warm"]);
    await b.discard("v");
    expect(order).toEqual(["b cold", "a cold", "vcl_fini", "two goes", "one goes", "b discard", "a discard"]);
    expect(b.host.timers).toBe(0);
  });

  test("what VMODs kept for vcl_init ends before WARM", async () => {
    const b = bench();
    const order: string[] = [];
    const vmod: VmodModule = { event: (_, __, event) => void order.push(event) };
    await b.load(
      "v",
      handVcl(
        () => ({
          init(task: Task) {
            Object.assign(task.privTask("m"), { value: 1, fini: () => order.push("state ends") });
          },
        }),
        [vmod],
      ),
    );
    expect(order).toEqual(["load", "state ends", "warm"]);
  });

  test("the directors are warmed after the VMODs and cooled before them, newest first", async () => {
    const b = bench();
    const order: string[] = [];
    const warm = vi.spyOn(Backend.prototype, "warmUp").mockImplementation(function (this: Backend) {
      order.push(`${this.vclName} starts`);
    });
    const cool = vi.spyOn(Backend.prototype, "cool").mockImplementation(function (this: Backend) {
      order.push(`${this.vclName} stops`);
    });
    try {
      await b.load("v", witness(order), "warm");
      expect(order.splice(0).slice(3)).toEqual(["a warm", "b warm", "second starts", "first starts"]);
      await b.setState("v", "cold");
      expect(order).toEqual(["second stops", "first stops", "b cold", "a cold"]);
    } finally {
      warm.mockRestore();
      cool.mockRestore();
    }
  });

  test("vcl_fini runs once, whoever waits for the end: two discards of one busy VCL, tasks and a hold", async () => {
    const b = bench();
    const order: string[] = [];
    const release: (() => void)[] = [];
    const holding: VmodModule = {
      event: (task, _, event) => void (event === "warm" && release.push(task.preventDiscard("svc: pool"))),
    };
    const vcl = await b.load("v", { ...witness(order), vmods: [holding] });
    for (let task = 0; task < 3; task++) vcl.retain();
    await b.discard("v");
    await expect(b.discard("v")).rejects.toThrow("No VCL name matches v");
    for (let task = 0; task < 3; task++) vcl.release();
    await idle(b);
    expect(order).toEqual(["vcl_init"]);
    release[0]?.();
    release[0]?.();
    await idle(b);
    await b.queue.run((job) => b.vcls.clear(job));
    expect(order).toEqual(["vcl_init", "vcl_fini", "two goes", "one goes"]);
    expect(b.vcls.list()).toEqual([]);
  });
});

/** Lets the jobs run that are queued now, and those that they queue. */
async function idle(b: ReturnType<typeof bench>): Promise<void> {
  await b.queue.run(() => undefined);
  await b.queue.run(() => undefined);
}
