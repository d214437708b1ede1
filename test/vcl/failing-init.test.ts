import { describe, expect, test } from "vitest";
import { Instance, type VclModule } from "vclc/runtime";
import type { VmodModule } from "../../src/runtime/vcl/vpi.js";
import * as runtime from "../../src/runtime/index.js";
import { loadJavaScript } from "../../src/codegen/load.js";
import * as directors from "../../src/vmod/directors/index.js";
import * as std from "../../src/vmod/std/index.js";
import * as svc from "../../src/vmod/svc/index.js";
import type { GlobalBackend } from "../../src/runtime/backend/backend.js";
import { compiledToLoad } from "../support/compile.js";
import { settle, stubHost, type StubHost } from "../support/stub-host.js";

/** vcl_init of a program with objects of two VMODs, backends with probes, global directors, and state of a VMOD. */
const statements = [
  'std.log("begins");',
  "new rr = directors.round_robin();",
  "rr.add_backend(a);",
  "new cluster = svc.endpoint_watcher();",
  "rr.add_backend(global.outside);",
  "new fb = directors.fallback();",
  "fb.add_backend(rr.backend());",
  "fb.add_backend(b);",
  'if (std.healthy(global.outside)) { std.log("healthy"); }',
  "new dir = directors.random();",
  "dir.add_backend(fb.backend(), 1.0);",
  "dir.add_backend(global.outside, 2.0);",
];

/** Ways to fail in the middle of vcl_init, with what the operator is told. */
const failures = [
  ['return (fail("here"));', "here"],
  ['new broken = svc.endpoint_watcher(file = "nowhere.yaml");', "nowhere.yaml: no such file"],
] as const;

function program(init: readonly string[], recv: string): string {
  return `vcl 4.1; import std; import directors; import svc;
probe p { .interval = 1s; }
backend a { .host = "192.0.2.1"; .probe = p; }
backend b { .host = "b.example"; .probe = p; }
backend nobody none;
sub vcl_init { ${init.join("\n  ")} }
sub vcl_recv {
  set req.backend_hint = dir.backend();
  if (req.restarts > 3) { set req.backend_hint = nobody; }
  ${recv}
}`;
}

const events: string[] = [];
const watching: VmodModule = { event: (_, __, event) => void events.push(event) };

function module(text: string, vmod = watching): VclModule {
  const vmods = new Map<string, object>(Object.entries({ std, directors, svc }));
  return { ...loadJavaScript(compiledToLoad(text), { runtime, vmods }), vmods: [vmod] };
}

interface World {
  readonly host: StubHost;
  readonly instance: Instance;
  readonly outside: GlobalBackend;
  /** Everything that a load may leave behind. */
  counts(): Promise<object>;
}

async function world(): Promise<World> {
  const host = stubHost();
  host.names.set("b.example", ["192.0.2.2"]);
  host.files.set("e.yaml", 'services: {api: {endpoints: ["192.0.2.3"], probe: {}}, web: {endpoints: []}}');
  host.environment = (name) => (name === "VCLC_ENDPOINTS" ? "e.yaml" : undefined);
  const instance = new Instance(host);
  const outside = (await instance.control.addBackend("outside", { host: "192.0.2.9" })) as GlobalBackend;
  await instance.control.run((registry) => registry.register("outside", outside));
  await instance.load("policy1", module("vcl 4.1; backend n none;"));
  await instance.label("policy", "policy1");
  const counts = async (): Promise<object> => {
    await settle();
    const names = await instance.control.run((registry) => registry.names());
    return {
      names,
      globalDirectors: [...instance.globalDirectors].map(({ vclName }) => vclName),
      sharedBackends: [...instance.sharedBackends].map(({ fullForm }) => fullForm),
      references: outside.references,
      timers: host.timers,
      watched: host.watched,
      list: instance.list(),
      deps: instance.deps(),
    };
  };
  return { host, instance, outside, counts };
}

describe("a load that fails", () => {
  test("at any statement of vcl_init leaves nothing behind: no director, reference, name, timer, watch, label use or VCL", async () => {
    const { instance, counts } = await world();
    const before = await counts();
    for (const [failure, message] of failures) {
      for (let position = 0; position <= statements.length; position++) {
        events.length = 0;
        const init = [...statements.slice(0, position), failure, ...statements.slice(position)];
        const failing = module(program(init, "return (dispatch(policy));"));
        await expect(instance.load("v", failing), `${failure} at ${position}`).rejects.toThrow(message);
        expect(await counts(), `${failure} at ${position}`).toEqual(before);
        expect(events, `${failure} at ${position}`).toEqual(["load", "discard"]);
      }
    }
  });

  test("at its declarations, in LOAD, in its bindings, at an object that was not made, and in WARM leaves nothing behind either", async () => {
    const { host, instance, counts } = await world();
    const before = await counts();
    const good = program(statements, "return (dispatch(policy));");
    const failing = (at: string): VmodModule => ({
      async event(task, _, event) {
        const backend = { host: "192.0.2.8" };
        // A VMOD that forgets to take back what it has registered.
        if (event === "load") task.registry.register("mine", await task.control.addBackend("mine", backend));
        if (event === at) throw new Error(`${at} failed`);
      },
    });
    const fails = async (text: string, message: string, vmod = watching): Promise<void> => {
      await expect(instance.load("v", module(text, vmod))).rejects.toThrow(message);
      expect(await counts(), message).toEqual(before);
    };
    await fails(good, "load failed", failing("load"));
    await fails(good, "warm failed", failing("warm"));
    await fails(good.replace("dispatch(policy)", "dispatch(nowhere)"), "No label named nowhere");
    await fails(
      good.replace("sub vcl_recv {", "sub vcl_recv { set req.backend_hint = global.gone;"),
      "No global director named gone",
    );
    await fails(
      good.replace("new dir =", "if (!std.healthy(nobody)) { return (ok); } new dir ="),
      "Object dir not initialized",
    );
    host.names.clear();
    await fails(good, "b.example");
    host.names.set("b.example", ["192.0.2.2"]);
    await instance.load("v", module(good));
    expect(host.timers).toBeGreaterThan(0);
    await instance.discard("v");
    // The VCL has served: the directors of its file stay, and one of them is probed.
    expect(await instance.control.run((registry) => registry.names())).toEqual(["outside", "api", "web"]);
    await instance.shutdown();
    expect([host.timers, host.watched]).toEqual([0, []]);
  });
});
