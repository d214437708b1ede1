import { describe, expect, test } from "vitest";
import { CountedDirector, Instance, type Director, type Health, type VclModule } from "vclc/runtime";
import { bench, handVcl } from "../support/hand-vcl.js";
import { stubHost } from "../support/stub-host.js";

/** A VMOD's director whose end fails. */
class Clumsy extends CountedDirector {
  readonly kind = "clumsy";
  readonly #below: Director | undefined;

  constructor(below?: Director) {
    super("clumsy");
    this.#below = below;
  }

  health(): Health {
    return { healthy: true, changed: 0 };
  }

  members(): Iterable<Director> {
    return this.#below ? [this.#below] : [];
  }

  protected retire(): void {
    throw new Error("retire failed");
  }
}

function failing(): never {
  throw new Error("two failed");
}

describe("a VMOD that throws where nothing can fail", () => {
  test("at the end of an object: the other objects and steps end all the same, and the log says why", async () => {
    const b = bench();
    const ended: string[] = [];
    await b.load(
      "v",
      handVcl(
        () => ({
          objects: () => [
            ["one", { fini: () => ended.push("one") }],
            ["two", { fini: failing }],
            ["three", { fini: () => ended.push("three") }],
          ],
        }),
        [{ event: (_, __, event) => void (event === "discard" && ended.push("discard")) }],
      ),
    );
    await b.discard("v");
    expect(ended).toEqual(["three", "one", "discard"]);
    expect(b.host.records.join("\n")).toContain("VCL_Error two failed");
    expect(b.vcls.list()).toEqual([]);
  });

  test("at the end of its state for vcl_init: the VCL loads", async () => {
    const b = bench();
    const vcl = await b.load(
      "v",
      handVcl(() => ({
        init(task) {
          Object.assign(task.privTask("svc"), {
            value: 1,
            fini() {
              throw new Error("state failed");
            },
          });
        },
      })),
    );
    expect(vcl.usable).toBe(true);
    expect(b.host.records.join("\n")).toContain("VCL_Error state failed");
  });

  test("when the instance ends: what others run in the background ends all the same, and so does the instance", async () => {
    const host = stubHost();
    const instance = new Instance(host);
    const ended: string[] = [];
    instance.control.atShutdown(() => ended.push("first"));
    instance.control.atShutdown(failing);
    instance.control.atShutdown(() => ended.push("third"));
    await instance.shutdown();
    expect(ended).toEqual(["third", "first"]);
    expect(host.records.join("\n")).toContain("Error At shutdown: two failed");
  });

  test("when a director retires with a failed load, the operator is told of the load's failure, and no name is left", async () => {
    const b = bench();
    const failing = handVcl((vpi) => {
      const own = vpi.backend("b", { host: "192.0.2.1" });
      return {
        init(task) {
          task.registry.register("free", new Clumsy());
          task.registry.register("too", new Clumsy());
          task.registry.register("wrapping", new Clumsy(own));
          return "fail";
        },
      };
    });
    await expect(b.load("v", failing)).rejects.toThrow("vcl_init returned fail");
    const names = await b.queue.run((registry) => registry.names());
    expect(names).toEqual([]);
    expect(b.host.records.join("\n")).toContain("VCL_Error retire failed");
  });

  test("a load that fails puts back what its VMODs have removed; one that is done does not, even when a director throws as it goes", async () => {
    const b = bench();
    const api = await b.register("api");
    const removing = (action: "ok" | "fail"): VclModule =>
      handVcl(() => ({
        init(task) {
          task.registry.remove("api");
          return action;
        },
      }));
    await expect(b.load("v", removing("fail"))).rejects.toThrow("vcl_init returned fail");
    expect(await b.queue.run((registry) => registry.entries())).toEqual([["api", api]]);
    expect(api.references).toBe(1);
    await b.load("w", removing("ok"));
    expect(await b.queue.run((registry) => registry.names())).toEqual([]);
    expect(api.references).toBe(0);
    await b.queue.run((registry) => registry.register("api", new Clumsy()));
    await b.load("x", removing("ok"));
    expect(b.host.records.join("\n")).toContain("VCL_Error retire failed");
  });

  test("when a director retires with the last task of a discarded VCL, the log says so and the control side goes on", async () => {
    const b = bench();
    await b.queue.run((registry) => registry.register("api", new Clumsy()));
    const vcl = await b.load(
      "v",
      handVcl((vpi) => ({ bind: () => void vpi.bindGlobal("api", "v:1:1") })),
    );
    await b.queue.run((registry) => registry.remove("api"));
    vcl.retain();
    await b.discard("v");
    vcl.release();
    await b.queue.run(() => undefined);
    await b.queue.run(() => undefined);
    expect(b.vcls.list()).toEqual([]);
    expect(b.host.records.join("\n")).toContain("VCL_Error retire failed");
    await b.load(
      "v",
      handVcl(() => ({})),
    );
  });
});
