import { describe, expect, test } from "vitest";
import { Instance, type Director, type HousekeepingTask, type Priv, type VclModule } from "vclc/runtime";
import type { Backend } from "../../src/runtime/backend/backend.js";
import { MemoryHost, request } from "../../src/host/memory/index.js";
import { RoundRobin } from "../../src/vmod/directors/round-robin.js";
import { bench, handVcl, type Bench } from "../support/hand-vcl.js";
import { settle } from "../support/stub-host.js";

/** A VCL that registers a round robin over its own backend, two layers deep. */
function wrapping(end: "ok" | "fail" = "ok"): VclModule {
  return handVcl((vpi) => {
    const backend = vpi.backend("origin", { host: "192.0.2.1" });
    return {
      init(task) {
        const inner = RoundRobin.create(task, "inner");
        inner.add_backend(task, backend);
        const outer = RoundRobin.create(task, "outer");
        outer.add_backend(task, inner);
        task.registry.register("api", outer);
        return end;
      },
    };
  });
}

const consuming = handVcl((vpi) => {
  let api: Director | undefined;
  return {
    bind: () => void (api = vpi.bindGlobal("api", "v:1:1")),
    vcl_recv(task) {
      task.req.backend_hint = api;
      return "pass";
    },
  };
});

const plain = handVcl(() => ({}));

async function wrapped(): Promise<Bench> {
  const b = bench();
  await b.load("creator", wrapping());
  return b;
}

function remove(b: Bench, name: string): Promise<boolean> {
  return b.queue.run((registry) => registry.remove(name));
}

describe("a global director over backends of a VCL", () => {
  test("S4-56 S4-62: the VCL is neither discarded nor made cold, and the refusal names the global director, found through the layers", async () => {
    const b = await wrapped();
    await expect(b.discard("creator")).rejects.toMatchObject({
      status: 300,
      message: "Cannot discard VCL program creator, global directors depend on it:\n\tglobal.api",
    });
    await expect(b.setState("creator", "cold")).rejects.toThrow(
      "VCL creator cannot be set cold, global directors depend on it:\n\tglobal.api",
    );
    expect(b.table.list()).toMatchObject([{ name: "creator", state: "auto", temperature: "warm" }]);
    await remove(b, "api");
    await b.discard("creator");
    expect(b.table.list()).toEqual([]);
  });

  test("S4-56: nor does it cool by itself", async () => {
    const b = await wrapped();
    await b.host.advance(1300);
    await b.queue.run(() => undefined);
    expect(b.table.list()).toMatchObject([{ temperature: "warm" }]);
    await remove(b, "api");
    await b.host.advance(601);
    await b.queue.run(() => undefined);
    expect(b.table.list()).toMatchObject([{ temperature: "cold" }]);
  });

  test("S4-56: a VCL that has bound it holds the creator also when the name is gone; both go together", async () => {
    const b = await wrapped();
    await b.load("consumer", consuming);
    await remove(b, "api");
    await expect(b.discard("creator")).rejects.toThrow(
      "Cannot discard VCL program creator, global directors depend on it:\n\tglobal.api of VCL consumer",
    );
    await b.discard("cons*", "creat*");
    expect(b.table.list()).toEqual([]);
  });

  test("S4-56: create, register, try to discard the creator, send traffic by another VCL: it is served", async () => {
    const host = new MemoryHost();
    host.origin("192.0.2.1:80", () => ({ body: "from origin" }));
    const instance = new Instance(host);
    await instance.load("creator", wrapping());
    await instance.load("consumer", consuming);
    await instance.use("consumer");
    await expect(instance.discard("creator")).rejects.toThrow("global.api");
    expect(await request(instance, { url: "/" })).toMatchObject({ status: 200, body: "from origin" });
    await instance.shutdown();
  });

  test("a VCL whose vcl_init fails after it registered, or that is to stay cold, leaves no name behind", async () => {
    const b = bench();
    await expect(b.load("v", wrapping("fail"))).rejects.toThrow("Failed initialization");
    await expect(b.load("v", wrapping(), "cold")).rejects.toThrow(
      "VCL v cannot stay cold, global directors depend on it:\n\tglobal.api",
    );
    expect(await b.queue.run((registry) => registry.names())).toEqual([]);
    await b.load("v", plain);
  });

  test("S4-57 S4-58: a VMOD can take the hold itself at WARM, and give it back", async () => {
    const b = bench();
    const release: (() => void)[] = [];
    const event = (task: HousekeepingTask, _: Priv, name: string): void => {
      if (name === "warm") release.push(task.preventDiscard("svc: shared pool"));
    };
    const vcl = await b.load(
      "v",
      handVcl(() => ({}), [{ event }]),
    );
    await b.discard("v");
    expect([vcl.temperature, vcl.holds]).toEqual(["cooling", ["svc: shared pool"]]);
    release[0]?.();
    await b.queue.run(() => undefined);
    await b.queue.run(() => undefined);
    expect(b.vcls.list()).toEqual([]);
  });
});

describe("a backend without VCL", () => {
  test("S4-59 S4-61 S4-63: it is warm at once, no VCL's end or cooling reaches it, and it ends with its last reference", async () => {
    const b = bench();
    await b.load(
      "creator",
      handVcl(() => ({
        async init(task) {
          task.registry.register("api", await task.control.addBackend("api", { host: "192.0.2.1" }));
        },
      })),
    );
    await b.load("consumer", consuming);
    await b.setState("creator", "cold");
    await b.discard("creator");
    const director = (await b.queue.run((registry) => registry.entries()))[0]?.[1] as Backend;
    expect(director.references).toBe(2);
    await remove(b, "api");
    await b.discard("consumer");
    expect(director.references).toBe(0);
  });
});

describe("transfer of a backend", () => {
  /** A VCL that gives its backend away in vcl_init and registers it. */
  function giving(seen: Director[], before?: (task: HousekeepingTask, backend: Director) => void): VclModule {
    return handVcl((vpi) => {
      const backend = vpi.backend("origin", {
        host: "192.0.2.1",
        probe: { name: "p", threshold: 1, initial: 0, interval: 5 },
      });
      return {
        init(task) {
          before?.(task, backend);
          seen.push(task.transferBackend(backend));
          task.registry.register("api", backend);
        },
      };
    });
  }

  test("S4-60: the backend survives its VCL with its health, polls on under its global name, and retires with its last reference", async () => {
    const b = bench();
    const seen: Director[] = [];
    const vcl = await b.load("creator", giving(seen));
    const backend = seen[0] as Backend;
    expect([...vcl.directors]).toEqual([]);
    await b.host.advance(6);
    expect(backend.health().healthy).toBe(true);
    await b.load("consumer", consuming);
    await b.setState("creator", "cold");
    await b.discard("creator");
    await b.host.advance(6);
    expect(backend.health().healthy).toBe(true);
    expect(b.host.records.at(-1)).toContain("Backend_health origin(192.0.2.1:80) Still healthy");
    expect(backend.references).toBe(2);
    await remove(b, "api");
    await b.discard("consumer");
    await settle();
    expect([backend.references, b.host.timers]).toEqual([0, 0]);
  });

  test("S4-60: only in vcl_init, only the VCL's own backend, and not once a director has it", async () => {
    const b = bench();
    const stranger: Director = { vclName: "x", kind: "test", health: () => ({ healthy: true, changed: 0 }) };
    const foreign = giving([], (task) => void task.transferBackend(stranger));
    await expect(b.load("v", foreign)).rejects.toThrow("x is no backend of VCL v");
    const member = giving([], (task, backend) => RoundRobin.create(task, "rr").add_backend(task, backend));
    await expect(b.load("v", member)).rejects.toThrow(
      "Transfer backend origin before it becomes a member of rr",
    );
    const late = handVcl(
      (vpi) => (vpi.backend("b", { host: "192.0.2.1" }), {}),
      [
        {
          event(task, _, name) {
            if (name === "warm") task.transferBackend(task.director("b") as Director);
          },
        },
      ],
    );
    await expect(b.load("v", late)).rejects.toThrow("Backend b can be transferred in vcl_init only");
    expect(b.host.timers).toBe(0);
  });
});
