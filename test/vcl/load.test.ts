import { describe, expect, test } from "vitest";
import type { ClientTask, Director, Task } from "vclc/runtime";
import { VclFailure } from "../../src/runtime/values/failure.js";
import { bench, handVcl } from "../support/hand-vcl.js";

const failure = (step: string, text: string): string => `VCL "v" Failed ${step}\nMessage:\n\t${text}`;

describe("loading", () => {
  test("declarations, LOAD, vcl_init, bindings and WARM come in this order, and their ends in reverse at discard", async () => {
    const b = bench();
    await b.register("api");
    const order: string[] = [];
    const vmod = { event: (_: Task, __: unknown, event: string) => void order.push(event) };
    await b.load(
      "v",
      handVcl(
        (vpi) => {
          order.push("declarations");
          return {
            init: () => (order.push("init"), undefined),
            bind() {
              order.push("bind");
              vpi.bindGlobal("api", "v:1:1");
            },
            fini: () => (order.push("fini"), undefined),
            objects: () => [
              ["first", { fini: () => order.push("first fini") }],
              ["second", { fini: () => order.push("second fini") }],
            ],
          };
        },
        [vmod],
      ),
    );
    expect(order).toEqual(["declarations", "load", "init", "bind", "warm"]);
    order.length = 0;
    await b.discard("v");
    expect(order).toEqual(["cold", "fini", "second fini", "first fini", "discard"]);
  });

  test("a sub that falls through goes on in the built-in one, also after a wait", async () => {
    const vcl = await bench().load(
      "v",
      handVcl(() => ({
        vcl_recv: () => undefined,
        vcl_miss: () => Promise.resolve(undefined),
        vcl_hit: () => "restart",
        vcl_pass: () => Promise.resolve("restart" as const),
      })),
    );
    const task = {} as ClientTask;
    expect(vcl.subs.vcl_recv(task)).toBe("hash");
    expect(await vcl.subs.vcl_miss(task)).toBe("fetch");
    expect(vcl.subs.vcl_hit(task)).toBe("restart");
    expect(await vcl.subs.vcl_pass(task)).toBe("restart");
    expect(vcl.subs.vcl_deliver(task)).toBe("deliver");
  });

  test("a failing vcl_init fails the load with its text, runs vcl_fini and leaves nothing behind", async () => {
    const b = bench();
    const backend = await b.register("api");
    const order: string[] = [];
    const load = b.load(
      "v",
      handVcl((vpi) => ({
        init() {
          vpi.bindGlobal("api", "v:1:1");
          throw new VclFailure("no luck");
        },
        fini: () => (order.push("fini"), undefined),
        objects: () => [["made", { fini: () => order.push("made fini") }]],
      })),
    );
    await expect(load).rejects.toThrow(failure("initialization", "no luck"));
    expect(order).toEqual(["fini", "made fini"]);
    expect(backend.references).toBe(1);
    expect(b.table.list()).toEqual([]);
    await expect(
      b.load(
        "v",
        handVcl(() => ({ init: () => "fail" })),
      ),
    ).rejects.toThrow("Failed initialization");
    await b.load(
      "v",
      handVcl(() => ({})),
    );
  });

  test("an object that vcl_init did not make fails the load, unless its class allows that", async () => {
    const b = bench();
    const module = (nullOk: boolean) => handVcl(() => ({ objects: () => [["rr", undefined, nullOk]] }));
    await expect(b.load("v", module(false))).rejects.toThrow(
      failure("initialization", "Object rr not initialized"),
    );
    await b.load("v", module(true));
  });

  test("a VMOD that fails at WARM sends COLD to those before it", async () => {
    const b = bench();
    const order: string[] = [];
    const vmod = (name: string, bad = false) => ({
      event(_: Task, __: unknown, event: string) {
        order.push(`${name} ${event}`);
        if (bad && event === "warm") throw new VclFailure("too cold");
      },
    });
    const module = handVcl(() => ({}), [vmod("a"), vmod("b", true)]);
    await expect(b.load("v", module)).rejects.toThrow(failure("warmup", "too cold"));
    expect(order).toEqual(["a load", "b load", "a warm", "b warm", "a cold", "b discard", "a discard"]);
  });

  test("host names of backends, ACLs and constants are looked up while loading", async () => {
    const b = bench();
    b.host.names.set("origin.example", ["2001:db8::1", "192.0.2.1"]);
    b.host.names.set("office.example", ["192.0.2.9"]);
    let seen: unknown[] = [];
    await b.load(
      "v",
      handVcl((vpi) => {
        const backend = vpi.backend("b", { host: "origin.example", port: "8080" });
        const acl = vpi.acl("office", {}, [["office.example"], ["?nowhere.example"]]);
        const constant = vpi.ip("origin.example");
        return {
          init() {
            const at = (backend as unknown as { endpoint: object }).endpoint;
            seen = [
              at,
              constant.text,
              acl.matches({} as Task, vpi.ip("192.0.2.9")),
              acl.matches({} as Task, constant),
            ];
          },
        };
      }),
    );
    expect(seen).toEqual([
      { name: "b", address: "192.0.2.1", fallback: "2001:db8::1", port: 8080 },
      "192.0.2.1",
      true,
      false,
    ]);
  });

  test("a host name without address fails the load and names the backend, or the ACL", async () => {
    const b = bench();
    await expect(
      b.load(
        "v",
        handVcl((vpi) => (vpi.backend("origin", { host: "nowhere.example" }), {})),
      ),
    ).rejects.toThrow(
      'Backend origin: host "nowhere.example" could not be resolved to an IP address: unknown node or service',
    );
    await expect(
      b.load(
        "v",
        handVcl((vpi) => (vpi.acl("office", {}, [["nowhere.example"]]), {})),
      ),
    ).rejects.toThrow('ACL office: host "nowhere.example" could not be resolved');
  });

  test("the same module is loaded twice, each time with bindings of its own", async () => {
    const b = bench();
    const module = handVcl((vpi) => {
      const backend = vpi.backend("b", { host: "127.0.0.1" });
      vpi.useDefaultBackend(backend);
      return {};
    });
    const [one, two] = [await b.load("one", module), await b.load("two", module)];
    expect(one.defaultBackend).toBeDefined();
    expect(one.defaultBackend).not.toBe(two.defaultBackend);
  });
});

describe("global directors in a VCL", () => {
  test("S4-23 S4-55: a name is looked up once, held while the VCL is loaded, and given back at discard", async () => {
    const b = bench();
    const backend = await b.register("api");
    let bound: Director | undefined;
    await b.load(
      "v",
      handVcl((vpi) => ({
        bind() {
          bound = vpi.bindGlobal("api", "v:1:1");
          vpi.bindGlobal("api", "v:2:1");
        },
      })),
    );
    expect(bound).toBe(backend);
    expect(backend.references).toBe(2);
    await b.discard("v");
    expect(backend.references).toBe(1);
  });

  test("S4-43: a missing name fails the load and says which, in which VCL and where", async () => {
    const load = bench().load(
      "v",
      handVcl((vpi) => ({ bind: () => void vpi.bindGlobal("api", "main.vcl:3:28") })),
    );
    await expect(load).rejects.toThrow(
      "No global director named api for VCL v (global.api at main.vcl:3:28)",
    );
  });

  test("S4-44 S4-46 S4-47: a name that is also a backend of the VCL fails the load; one that is not referenced does no harm", async () => {
    const b = bench();
    const backend = await b.register("api");
    for (const declare of ["backend", "none"] as const) {
      const load = b.load(
        "v",
        handVcl((vpi) => {
          if (declare === "none") vpi.noBackend("api");
          else vpi.backend("api", { host: "127.0.0.1" });
          return { bind: () => void vpi.bindGlobal("api", "main.vcl:3:28") };
        }),
      );
      await expect(load).rejects.toThrow(
        "Global director api collides with the backend api of VCL v (global.api at main.vcl:3:28)",
      );
    }
    expect(backend.references).toBe(1);
    await b.load(
      "v",
      handVcl((vpi) => (vpi.backend("api", { host: "127.0.0.1" }), {})),
    );
  });

  test("S4-40: VCLs bound before a name is registered anew keep the old director", async () => {
    const b = bench();
    const old = await b.register("api");
    const bound: Director[] = [];
    const module = handVcl((vpi) => ({ bind: () => void bound.push(vpi.bindGlobal("api", "v:1:1")) }));
    await b.load("before", module);
    await b.queue.run((registry) => registry.remove("api"));
    const fresh = await b.register("api");
    await b.load("after", module);
    expect(bound).toEqual([old, fresh]);
    expect(old.references).toBe(1);
    await b.discard("before");
    expect(old.references).toBe(0);
  });

  test("vcl_init may register a name that the same VCL binds afterwards", async () => {
    const b = bench();
    const backend = await b.load(
      "v",
      handVcl((vpi) => ({
        async init(task) {
          task.registry.register("web", await task.control.addBackend("web", { host: "127.0.0.1" }));
        },
        bind: () => void vpi.bindGlobal("web", "v:1:1"),
      })),
    );
    expect(backend.usable).toBe(true);
  });
});

describe("what is wrong with a VCL", () => {
  test("S4-43: every name that is missing or collides, and every host name, is told in one load", async () => {
    const b = bench();
    await b.register("taken");
    const load = b.load(
      "v",
      handVcl((vpi) => {
        vpi.noBackend("taken");
        return {
          bind() {
            vpi.bindGlobal("api", "v:1:1");
            vpi.bindGlobal("taken", "v:2:1");
            vpi.bindGlobal("web", "v:3:1");
          },
        };
      }),
    );
    await expect(load).rejects.toMatchObject({
      status: 300,
      problems: [
        { kind: "missing-global", name: "api" },
        { kind: "colliding-global", name: "taken" },
        { kind: "missing-global", name: "web" },
      ],
    });
    const names = b.load(
      "v",
      handVcl((vpi) => {
        vpi.label("one", "v:1:1");
        vpi.label("two", "v:2:1");
        vpi.backend("b", { host: "nowhere.example" });
        return { init: () => expect.unreachable() };
      }),
    );
    await expect(names).rejects.toMatchObject({
      problems: [
        { kind: "missing-label", name: "one" },
        { kind: "missing-label", name: "two" },
        { kind: "backend", name: "b" },
      ],
    });
  });
});
