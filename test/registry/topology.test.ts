import { describe, expect, test } from "vitest";
import { CountedDirector, Instance, type Director, type Health, type Task } from "vclc/runtime";
import { MemoryHost, request } from "../../src/host/memory/index.js";
import type { Backend } from "../../src/runtime/backend/backend.js";
import { vclModule } from "../support/proxy.js";

/** Where a place stands, and how far it is from here. */
interface Place {
  readonly backend: Backend;
  readonly layer: "edge" | "shield" | "origin";
  distance: number;
}

/** What a topology-aware VMOD registers: one director over edge, shield and origin, which chooses anew for each fetch. */
class Topology extends CountedDirector {
  readonly kind = "topology";
  /** Layers that are closed for maintenance. */
  readonly closed = new Set<string>();
  readonly #places: readonly Place[];

  constructor(places: readonly Place[]) {
    super("cdn");
    this.#places = places;
  }

  health(): Health {
    return { healthy: this.#usable().length > 0, changed: 0 };
  }

  resolve(_task: Task): Director | undefined {
    const usable = this.#usable();
    for (const layer of ["edge", "shield", "origin"]) {
      const near = usable.filter((place) => place.layer === layer).sort((a, b) => a.distance - b.distance);
      if (near[0]) return near[0].backend;
    }
    return undefined;
  }

  members(): Iterable<Director> {
    return this.#places.map(({ backend }) => backend);
  }

  #usable(): Place[] {
    return this.#places.filter(({ backend, layer }) => !this.closed.has(layer) && backend.health().healthy);
  }

  protected retire(): void {
    for (const { backend } of this.#places) backend.release?.();
  }
}

async function world() {
  const host = new MemoryHost();
  const instance = new Instance(host);
  const place = async (
    name: string,
    layer: Place["layer"],
    last: number,
    distance: number,
  ): Promise<Place> => {
    host.origin(`192.0.2.${last}:80`, () => ({ body: name }));
    const backend = await instance.control.addBackend(name, { host: `192.0.2.${last}` });
    return { backend: backend as Backend, layer, distance };
  };
  const far = await place("far edge", "edge", 1, 20);
  const near = await place("near edge", "edge", 2, 10);
  const shield = await place("shield", "shield", 3, 5);
  const origin = await place("origin", "origin", 4, 1);
  const topology = new Topology([far, near, shield, origin]);
  await instance.control.run((registry) => registry.register("cdn", topology));
  const vcl =
    "vcl 4.1; backend none none; sub vcl_recv { set req.backend_hint = global.cdn; return (pass); }";
  await instance.load("v", vclModule(vcl));
  await instance.use("v");
  const body = async (): Promise<string> => {
    const { status, body: text } = await request(instance, { url: "/" });
    return status === 200 ? text : String(status);
  };
  return { instance, topology, far, near, shield, origin, body };
}

describe("a global director that knows the topology", () => {
  test("S4-69 S4-70 S4-71: VCL names it and nothing else; it chooses by layer, locality and health", async () => {
    const { instance, near, far, shield, origin, body } = await world();
    const seen = [await body()];
    for (const { backend } of [near, far, shield, origin]) {
      backend.setHealth("sick");
      seen.push(await body());
    }
    expect(seen).toEqual(["near edge", "far edge", "shield", "origin", "503"]);
    near.backend.setHealth("healthy");
    expect(await body()).toBe("near edge");
    await instance.shutdown();
  });

  test("S4-72: what changes in the topology counts from the next fetch on, for a VCL that was loaded before", async () => {
    const { instance, topology, near, far, body } = await world();
    expect(await body()).toBe("near edge");
    near.distance = 30;
    expect(await body()).toBe("far edge");
    topology.closed.add("edge");
    expect(await body()).toBe("shield");
    topology.closed.clear();
    far.distance = 40;
    expect(await body()).toBe("near edge");
    await instance.shutdown();
  });
});
