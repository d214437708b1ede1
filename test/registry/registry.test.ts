import { describe, expect, test } from "vitest";
import { CountedDirector } from "../../src/runtime/director/counted-director.js";
import { DirectorList } from "../../src/runtime/director/director-list.js";
import type { Director, Health } from "../../src/runtime/director/director.js";
import { ControlQueue } from "../../src/runtime/vcl/control.js";
import { DirectorRegistry, type GlobalDirectorRegistry } from "../../src/runtime/vcl/registry.js";

class Counted extends CountedDirector {
  readonly kind = "test";
  retired = 0;

  health(): Health {
    return { healthy: true, changed: 0 };
  }

  protected retire(): void {
    this.retired += 1;
  }
}

function make(): { queue: ControlQueue } {
  const registry = new DirectorRegistry();
  return { queue: new ControlQueue(() => registry.open()) };
}

describe("registry of global directors", () => {
  test("S4-06 S4-16 S4-27: a name is registered once; the second registration fails and the first stays", async () => {
    const { queue } = make();
    const first = new Counted("first");
    await queue.run((registry) => {
      expect(registry.register("api", first)).toBe(true);
      expect(registry.register("api", new Counted("second"))).toBe(false);
      expect(registry.lookup("api")).toBe(first);
      expect(registry.names()).toEqual(["api"]);
    });
  });

  test("S4-17 S4-18 S4-30 S4-31 S4-32: a look-up takes a reference and a release gives it back", async () => {
    const { queue } = make();
    const director = new Counted("d");
    await queue.run((registry) => {
      registry.register("api", director);
      expect(director.references).toBe(1);
      registry.lookup("api");
      expect(director.references).toBe(2);
      expect(registry.release(director)).toBe(true);
      expect(director.references).toBe(1);
    });
  });

  test("S4-19 S4-33 S4-34 S4-35 S4-38: removal drops the name; the director lives until its last reference goes", async () => {
    const { queue } = make();
    const director = new Counted("d");
    await queue.run((registry) => {
      registry.register("api", director);
      registry.lookup("api");
      expect(registry.remove("api")).toBe(true);
      expect(registry.lookup("api")).toBeUndefined();
      expect(director.retired).toBe(0);
      registry.release(director);
      expect(director.retired).toBe(1);
    });
  });

  test("S4-39: removing or looking up an unknown name, and releasing what was not looked up, have results and do nothing", async () => {
    const { queue } = make();
    const director = new Counted("d");
    await queue.run((registry) => {
      expect(registry.remove("api")).toBe(false);
      expect(registry.lookup("api")).toBeUndefined();
      registry.register("api", director);
      expect(registry.release(director)).toBe(false);
      expect(director.references).toBe(1);
    });
  });

  test("S4-40: a name may be registered again after its removal", async () => {
    const { queue } = make();
    const [old, fresh] = [new Counted("old"), new Counted("new")];
    await queue.run((registry) => {
      registry.register("api", old);
      const bound = registry.lookup("api");
      registry.remove("api");
      expect(registry.register("api", fresh)).toBe(true);
      expect(bound).toBe(old);
      expect(old.retired).toBe(0);
      expect(registry.lookup("api")).toBe(fresh);
    });
  });

  /** Every operation on a registry. */
  function operations(registry: GlobalDirectorRegistry, director: Director): (() => unknown)[] {
    return [
      () => registry.register("other", director),
      () => registry.lookup("api"),
      () => registry.release(director),
      () => registry.remove("api"),
      () => registry.names(),
    ];
  }

  test("S4-20 S4-21 S4-22: a job's registry is revoked with the job: every call from then on throws and changes nothing", async () => {
    const { queue } = make();
    const director = new Counted("d");
    const kept = await queue.run((registry) => (registry.register("api", director), registry));
    for (const call of operations(kept, director)) expect(call).toThrow("called outside the control queue");
    await queue.run((registry) => {
      // Another job runs: that opens its own registry only.
      for (const call of operations(kept, director)) expect(call).toThrow("called outside the control queue");
      expect(registry.names()).toEqual(["api"]);
    });
    expect(director.references).toBe(1);
  });

  test("S4-21 S4-22: a job that waits keeps its registry; one that it left behind is not opened by the next job", async () => {
    const { queue } = make();
    let leave: () => void = () => undefined;
    const kept: GlobalDirectorRegistry[] = [];
    const failing = queue.run((registry) => {
      kept.push(registry);
      throw new Error("failed");
    });
    await expect(failing).rejects.toThrow("failed");
    const waiting = queue.run(async (registry) => {
      await new Promise<void>((resolve) => (leave = resolve));
      return registry.register("api", new Counted("d"));
    });
    await new Promise((resolve) => setTimeout(resolve, 1));
    for (const call of operations(kept[0] as GlobalDirectorRegistry, new Counted("x"))) {
      expect(call).toThrow("called outside the control queue");
    }
    leave();
    expect(await waiting).toBe(true);
  });

  test("S4-29: a name that VCL cannot spell is refused", async () => {
    const { queue } = make();
    await queue.run((registry) => {
      expect(registry.register("api-service_2", new Counted("d"))).toBe(true);
      for (const name of ["", "2nd", "a.b", "a b"]) {
        expect(() => registry.register(name, new Counted("d"))).toThrow("cannot be written in VCL");
      }
    });
  });

  test("S4-62: a director that nobody keeps, or that has one among its members, is refused", async () => {
    const { queue } = make();
    const loose: Director = { vclName: "b", kind: "backend", health: () => ({ healthy: true, changed: 0 }) };
    const wrapping = Object.assign(new Counted("group"), { members: () => [loose] });
    await queue.run((registry) => {
      for (const director of [loose, wrapping]) {
        expect(() => registry.register("api", director)).toThrow(
          "Cannot register backend b as global.api: it neither counts its references nor belongs to a loaded VCL",
        );
      }
      expect(registry.names()).toEqual([]);
    });
  });
});

describe("control queue", () => {
  test("jobs run one after another, also when one waits or fails", async () => {
    const { queue } = make();
    const order: string[] = [];
    const slow = queue.run(async () => {
      order.push("slow begins");
      await new Promise((resolve) => setTimeout(resolve, 10));
      order.push("slow ends");
    });
    const bad = queue.run(() => {
      order.push("bad");
      throw new Error("bad");
    });
    const last = queue.run(() => order.push("last"));
    await expect(bad).rejects.toThrow("bad");
    await Promise.all([slow, last]);
    expect(order).toEqual(["slow begins", "slow ends", "bad", "last"]);
  });
});

describe("list of directors", () => {
  test("S4-36 S4-37: a director that resigns while somebody walks the list is retired by the last walker, else at once", async () => {
    const list = new DirectorList();
    let retired = 0;
    const member = {
      vclName: "m",
      kind: "t",
      health: () => ({ healthy: true, changed: 0 }),
      retire: () => void retired++,
    };
    list.add(member);
    let leave: () => void = () => undefined;
    const first = list.walk(() => new Promise((resolve) => (leave = resolve)));
    await list.walk(() => list.resign(member));
    expect(retired).toBe(0);
    leave();
    await first;
    expect(retired).toBe(1);
    expect([...list]).toEqual([]);
    list.add(member);
    list.resign(member);
    expect(retired).toBe(2);
  });
});
