import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { CountedDirector, Instance, type BackendDefinition, type Director, type Health } from "vclc/runtime";
import { MemoryHost, request } from "../../src/host/memory/index.js";
import { ControlQueue } from "../../src/runtime/vcl/control.js";
import { DirectorRegistry } from "../../src/runtime/vcl/registry.js";
import { RoundRobin } from "../../src/vmod/directors/round-robin.js";
import { compiledToLoad } from "../support/compile.js";
import { handVcl } from "../support/hand-vcl.js";
import { startProxy, vclModule, type Proxy } from "../support/proxy.js";
import { rawOrigin, type RawOrigin } from "../support/raw-http.js";

/** Registers a backend of the global list, as a VMOD does. */
function register(instance: Instance, name: string, definition: BackendDefinition): Promise<Director> {
  return instance.control.run(async (registry) => {
    const backend = await instance.control.addBackend(name, definition);
    expect(registry.register(name, backend)).toBe(true);
    return backend;
  });
}

/** An instance over origins 192.0.2.1 and 192.0.2.2, which answer with their names. */
function world(): { host: MemoryHost; instance: Instance; body: (url?: string) => Promise<string> } {
  const host = new MemoryHost();
  host.origin("192.0.2.1:80", () => ({ body: "one" }));
  host.origin("192.0.2.2:80", () => ({ body: "two" }));
  const instance = new Instance(host);
  return { host, instance, body: async (url = "/") => (await request(instance, { url })).body };
}

/** A VMOD's director: sends everything to one place, which may change, and counts. */
class Pointing extends CountedDirector {
  readonly kind = "pointing";
  resolved = 0;
  retired = false;
  to: Director;

  constructor(to: Director) {
    super("pointing");
    this.to = to;
  }

  health(): Health {
    return this.to.health(undefined);
  }

  resolve(): Director {
    this.resolved += 1;
    return this.to;
  }

  members(): Iterable<Director> {
    return [this.to];
  }

  protected retire(): void {
    this.retired = true;
    this.to.release?.();
  }
}

const consumer = (name: string): string =>
  `vcl 4.1; backend dummy none; sub vcl_recv { set req.backend_hint = global.${name}; return (pass); }`;

/** What a module takes in besides types. */
function imported(text: string): string[] {
  const found = [...text.matchAll(/^(?:import|export) (?!type )([^;]*?)from "(\.[^"]+)\.js";/gm)];
  return found
    .filter(([, names = ""]) => !/^\{(?:\s*type [\w ]+,?)+\s*\}\s*$/.test(names))
    .map(([, , path = ""]) => `${path}.ts`);
}

describe("what the core does, and what it leaves to VMODs", () => {
  test("S4-01: the registry is known to the control side alone, and is small", () => {
    const files = readdirSync("src/runtime", { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    const knowing = files.filter((file) =>
      /GlobalDirectorRegistry|DirectorRegistry/.test(readFileSync(`src/runtime/${file}`, "utf8")),
    );
    const places = new Set(knowing.map((file) => file.replace(/[/\\].*/, "")));
    expect([...places].sort()).toEqual(["index.ts", "instance.ts", "task.ts", "vcl"]);
    const lines = ["registry", "control", "dispatch"].map(
      (name) => readFileSync(`src/runtime/vcl/${name}.ts`, "utf8").split("\n").length,
    );
    expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThan(400);
  });

  test("S4-01: what serves requests reaches no code of the registry or the control queue, by any path of imports", () => {
    const reached = new Map<string, string>();
    const visit = (file: string, from: string): void => {
      if (reached.has(file)) return;
      reached.set(file, from);
      for (const path of imported(readFileSync(file, "utf8"))) visit(join(dirname(file), path), file);
    };
    for (const folder of ["fsm", "wire", "cache", "http", "body", "director", "values"]) {
      for (const name of readdirSync(`src/runtime/${folder}`, { recursive: true, encoding: "utf8" }))
        if (name.endsWith(".ts")) visit(join("src/runtime", folder, name), "");
    }
    expect(reached.size).toBeGreaterThan(100);
    for (const name of ["registry", "load-registry", "control", "loaded-vcls"])
      expect(reached.get(`src/runtime/vcl/${name}.ts`), `${name}.ts is imported`).toBeUndefined();
  });

  test("S4-01: a VCL without global directors and dispatch compiles to code that knows neither", () => {
    const text = `vcl 4.1; backend b { .host = "192.0.2.1"; } sub vcl_recv { set req.backend_hint = b; return (vcl(l)); }`;
    const codeOf = (vcl: string): string => compiledToLoad(vcl).code.replace(/^\/\/#.*$/gm, "");
    const plain = codeOf(text);
    expect(plain).not.toMatch(/bindGlobal|dispatch/);
    const changed = text.replace("= b;", "= global.b;").replace("vcl(l)", "dispatch(l)");
    expect(codeOf(changed)).toMatch(/bindGlobal[^]*dispatch/);
  });

  test("S4-13 S4-15: the registry asks a director for its references and members, never for health or a backend", async () => {
    const asked = new Set<string>();
    const director: Director = new Proxy({ vclName: "d", kind: "t" } as Director, {
      get(target, name) {
        if (name in target) return Reflect.get(target, name) as unknown;
        asked.add(String(name));
        return name === "members" ? () => [] : () => undefined;
      },
    });
    const registry = new DirectorRegistry();
    await new ControlQueue(() => registry.open()).run((job) => {
      job.register("api", director);
      job.lookup("api");
      job.release(director);
      job.names();
      job.entries();
      job.remove("api");
    });
    expect([...asked].sort()).toEqual(["members", "release", "retain"]);
  });

  test("S4-14: a VMOD registers what the usual means make: backends of its own, and an object of directors over them", async () => {
    const { instance, body } = world();
    const vmod = handVcl(() => ({
      async init(task) {
        const group = RoundRobin.create(task, "group");
        for (const [name, host] of [
          ["a", "192.0.2.1"],
          ["b", "192.0.2.2"],
        ] as const)
          group.add_backend(task, await task.control.addBackend(name, { host }));
        task.registry.register("group", group);
      },
    }));
    await instance.load("vmod", vmod);
    await instance.load("v", vclModule(consumer("group")));
    await instance.use("v");
    expect([await body(), await body(), await body()]).toEqual(["one", "two", "one"]);
    await instance.shutdown();
  });
});

describe("what global directors are for", () => {
  test("S4-04: the simple case is three lines; own backends, directors, vcl(), dispatch() and restarts all work beside it", async () => {
    const { instance, body } = world();
    await register(instance, "api", { host: "192.0.2.1" });
    await instance.load("simple", vclModule(consumer("api")));
    await instance.load(
      "own",
      vclModule(`vcl 4.1; backend b { .host = "192.0.2.2"; } sub vcl_recv { return (pass); }`),
    );
    await instance.label("simple_label", "simple");
    await instance.label("own_label", "own");
    const advanced = `vcl 4.1; import directors;
backend b { .host = "192.0.2.2"; }
sub vcl_init { new rr = directors.round_robin(); rr.add_backend(b); rr.add_backend(global.api); }
sub vcl_recv {
  if (req.url == "/dispatch") { return (dispatch(simple_label)); }
  if (req.url == "/vcl") { return (vcl(own_label)); }
  if (req.url == "/restart" && req.restarts == 0) { return (restart); }
  if (req.url == "/rr") { set req.backend_hint = rr.backend(); }
  return (pass);
}`;
    await instance.load("advanced", vclModule(advanced));
    await instance.use("advanced");
    expect([await body("/dispatch"), await body("/vcl"), await body("/restart"), await body("/")]).toEqual([
      "one",
      "two",
      "two",
      "two",
    ]);
    expect(new Set([await body("/rr"), await body("/rr")])).toEqual(new Set(["one", "two"]));
    await instance.shutdown();
  });

  test("S4-05: an origin is changed in one place, and every VCL that uses it goes there without being loaded again", async () => {
    const { instance, body } = world();
    const backend = (host: string): Promise<Director> => instance.control.addBackend(host, { host });
    const [one, two] = [await backend("192.0.2.1"), await backend("192.0.2.2")];
    const api = new Pointing(one);
    await instance.control.run((registry) => registry.register("api", api));
    const names = ["v1", "v2", "v3"];
    for (const name of names) await instance.load(name, vclModule(consumer("api")));
    const bodies = async (): Promise<string[]> => {
      const found: string[] = [];
      for (const name of names) {
        await instance.use(name);
        found.push(await body());
      }
      return found;
    };
    expect(await bodies()).toEqual(["one", "one", "one"]);
    api.to = two;
    expect(await bodies()).toEqual(["two", "two", "two"]);
    await instance.shutdown();
  });

  test("S4-11: backends of a VCL work as ever, also beside a global director of the same name that the VCL does not use", async () => {
    const { instance, body } = world();
    await register(instance, "b", { host: "192.0.2.1" });
    await instance.load("v", vclModule(`vcl 4.1; backend b { .host = "192.0.2.2"; }`));
    await instance.use("v");
    expect(await body()).toBe("two");
    await instance.discard("v").catch(() => undefined);
    await instance.shutdown();
  });

  test("S4-12: the words of the feature stay free: backends, subs, headers, probes and ACLs may be called global or dispatch", async () => {
    const { instance, body } = world();
    const text = `vcl 4.1;
probe global_probe { .initial = 8; }
backend global { .host = "192.0.2.1"; .probe = global_probe; }
acl policy { "192.0.2.0"/24; }
sub dispatch { set req.http.global = req.http.dispatch; }
sub vcl_recv { call dispatch; if (client.ip ~ policy) { set req.backend_hint = global; } }`;
    await instance.load("v", vclModule(text));
    await instance.use("v");
    expect(await body()).toBe("one");
    await instance.shutdown();
  });
});

describe("over real sockets", () => {
  let origin: RawOrigin | undefined;
  let proxy: Proxy | undefined;

  afterEach(async () => {
    await proxy?.close();
    await origin?.close();
  });

  test("S4-02: fifty VCLs come and go; the global director goes on with its count, its health and its one connection", async () => {
    origin = await rawOrigin((_, socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    const { port } = origin;
    proxy = await startProxy();
    const { instance } = proxy;
    const backend = await instance.control.addBackend("api", { host: "127.0.0.1", port: String(port) });
    const director = new Pointing(backend);
    await instance.control.run((registry) => registry.register("api", director));
    const since = backend.health(undefined).changed;
    for (let round = 0; round < 50; round++) {
      await proxy.load(`v${round}`, consumer("api"));
      await instance.use(`v${round}`);
      expect((await proxy.get(`/${round}`)).body).toBe("ok");
      if (round > 0) await instance.discard(`v${round - 1}`);
    }
    expect(instance.list()).toHaveLength(1);
    expect([director.resolved, director.retired, director.references]).toEqual([50, false, 2]);
    expect(backend.health(undefined)).toEqual({ healthy: true, changed: since });
    expect([origin.connections, origin.requests.length]).toEqual([1, 50]);
  });
});
