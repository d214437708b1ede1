import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import {
  Instance,
  type BackendDefinition,
  type GlobalBackend,
  type GlobalDirectorRegistry,
} from "vclc/runtime";
import { MemoryHost, request } from "../../src/host/memory/index.js";
import { command, controlOf, openSession } from "../support/control.js";
import { builtCli } from "../support/cli.js";
import { handVcl } from "../support/hand-vcl.js";
import { startProxy, vclModule, type Proxy } from "../support/proxy.js";
import { rawOrigin, type RawOrigin } from "../support/raw-http.js";

function register(instance: Instance, name: string, definition: BackendDefinition): Promise<GlobalBackend> {
  return instance.control.run(async (registry) => {
    const backend = (await instance.control.addBackend(name, definition)) as GlobalBackend;
    expect(registry.register(name, backend)).toBe(true);
    return backend;
  });
}

/** An instance with global.api-service and global.web, which answer with their names. */
async function world() {
  const host = new MemoryHost();
  host.origin("192.0.2.1:80", () => ({ body: "api", latency: 1 }));
  host.origin("192.0.2.2:80", () => ({ body: "web" }));
  const instance = new Instance(host);
  const api = await register(instance, "api-service", { host: "192.0.2.1" });
  const web = await register(instance, "web", { host: "192.0.2.2" });
  return { host, instance, api, web };
}

async function use(instance: Instance, name: string, text: string): Promise<void> {
  await instance.load(name, vclModule(text, `${name}.vcl`));
  await instance.use(name);
}

describe("global.NAME in VCL that runs", () => {
  test("S4-34 S4-41: removed, and its VCL discarded, while a request is with it: the request ends well, and then the director", async () => {
    const { host, instance, api } = await world();
    const text = `vcl 4.1; backend dummy none;
sub vcl_recv { set req.backend_hint = global.api-service; return (pass); }`;
    await use(instance, "v", text);
    await instance.load("next", vclModule("vcl 4.1; backend dummy none;"));
    const running = request(instance, { url: "/" });
    await host.clock.advance(0.5);
    await instance.use("next");
    await instance.control.run((registry) => registry.remove("api-service"));
    await instance.discard("v");
    expect(instance.list()).toMatchObject([{ name: "next" }, { name: "v", status: "discarded", busy: 2 }]);
    expect(api.references).toBeGreaterThan(0);
    await host.clock.advance(1);
    expect(await running).toMatchObject({ status: 200, body: "api" });
    await instance.control.run(() => undefined);
    expect([instance.list().length, api.references, [...instance.globalDirectors].length]).toEqual([1, 0, 1]);
    await instance.shutdown();
  });

  test("S4-54: it is assigned, compared, turned into text, asked for its health, given to VMODs and used on the backend side", async () => {
    const { instance, web } = await world();
    const text = `vcl 4.1; import std; import directors; backend dummy none;
sub vcl_init { new rr = directors.round_robin(); rr.add_backend(global.web); }
sub vcl_recv {
  set req.http.X-Text = "" + global.web;
  set req.http.X-Healthy = std.healthy(global.web);
  set req.backend_hint = global.web;
  set req.http.X-Same = (req.backend_hint == global.web) + " " + (req.backend_hint == global.api-service);
  set req.backend_hint = rr.backend();
  return (pass);
}
sub vcl_backend_fetch { if (bereq.url == "/fetch") { set bereq.backend = global.web; } }
sub vcl_deliver { set resp.http.X-All = req.http.X-Text + " " + req.http.X-Healthy + " " + req.http.X-Same; }`;
    await use(instance, "v", text);
    const first = await request(instance, { url: "/" });
    expect([first.body, first.header("x-all")]).toEqual(["web", "web true true false"]);
    web.setHealth("sick");
    const second = await request(instance, { url: "/fetch" });
    expect([second.status, second.header("x-all")]).toEqual([503, "web false true false"]);
    await instance.shutdown();
  });

  test("S4-42 S4-101: names that the VCL's own vcl_init registers resolve, in vcl_init itself and after it", async () => {
    const { host, instance } = await world();
    host.writeFile("e.yaml", 'services: {late: {endpoints: ["192.0.2.2"]}}');
    const text = `vcl 4.1; import svc; import directors; backend dummy none;
sub vcl_init {
  new cluster = svc.endpoint_watcher(file = "e.yaml");
  new rr = directors.round_robin();
  rr.add_backend(global.late);
}
sub vcl_recv {
  set req.backend_hint = rr.backend();
  if (req.url == "/direct") { set req.backend_hint = global.late; }
  return (pass);
}`;
    await use(instance, "main", text);
    for (const url of ["/", "/direct"]) expect((await request(instance, { url })).body).toBe("web");
    const before = text.replace("new cluster", "if (!global.late) { return (fail); }\n  new cluster");
    await instance.discard("main").catch(() => undefined);
    await instance.control.run((registry) => registry.remove("late"));
    await expect(instance.load("early", vclModule(before, "main.vcl"))).rejects.toThrow(
      "No global director named late for VCL early (global.late at main.vcl:3:8)",
    );
    await instance.shutdown();
  });

  test("S4-49: with a VMOD imported as global its members run, beside directors that are registered under the same names", async () => {
    const { instance } = await world();
    await register(instance, "toupper", { host: "192.0.2.2" });
    await use(
      instance,
      "v",
      `vcl 4.1; import std as global; backend dummy none;
sub vcl_recv { return (synth(200, global.toupper("x"))); }`,
    );
    expect((await request(instance, { url: "/" })).reason).toBe("X");
    await instance.shutdown();
  });

  test("S4-63: backend.list shows the global list as global.*", async () => {
    const { instance } = await world();
    await use(instance, "v", "vcl 4.1; backend local none;");
    const [status, body] = await command(openSession(controlOf(instance)), "backend.list global.*");
    expect(status).toBe(200);
    const rows = body
      .split("\n")
      .slice(1)
      .filter((row) => row !== "");
    expect(rows.map((row) => row.replace(/[ (].*/, ""))).toEqual(["global.api-service", "global.web"]);
    await instance.shutdown();
  });

  test("S4-103: a host that main does not know gets 404, and no policy sees the request", async () => {
    const { host, instance } = await world();
    await instance.load("policy1", vclModule("vcl 4.1; backend dummy none;"));
    await instance.label("policy", "policy1");
    const main = `vcl 4.1; backend dummy none;
sub vcl_recv {
  if (req.http.Host == "web.example.com") { set req.backend_hint = global.web; return (dispatch(policy)); }
  return (synth(404));
}`;
    await use(instance, "main", main);
    expect((await request(instance, { headers: { Host: "nobody.example.com" } })).status).toBe(404);
    expect(host.captured.texts("VCL_use").join()).not.toContain("policy1");
    expect((await request(instance, { headers: { Host: "web.example.com" } })).body).toBe("web");
    expect(host.captured.texts("VCL_use").join()).toContain("policy1 via policy");
    await instance.shutdown();
  });
});

describe("updates of a VMOD in the background", () => {
  test("S4-21 S4-68: they are jobs of the control queue: behind the load that runs, before the one that follows", async () => {
    const { instance } = await world();
    const seen: string[] = [];
    let finish: () => void = () => undefined;
    let background: (() => Promise<void>) | undefined;
    const slow = handVcl(() => ({
      async init(task) {
        const { control } = task;
        background = () =>
          control.run((registry) => void seen.push(`update: ${String(registry.remove("web"))}`));
        await new Promise<void>((done) => (finish = done));
        seen.push("load ends");
      },
    }));
    const loading = instance.load("slow", slow);
    while (!background) await new Promise((done) => setTimeout(done, 1));
    const updating = background();
    const next = instance.load(
      "next",
      handVcl((vpi) => ({ bind: () => void vpi.bindGlobal("web", "v:1:1") })),
    );
    const refused = expect(next).rejects.toThrow("No global director named web");
    finish();
    await Promise.all([loading, updating, refused]);
    expect(seen).toEqual(["load ends", "update: true"]);
    await instance.shutdown();
  });

  test("S4-22: what a VMOD kept from vcl_init throws from a timer; vcl_fini is a job, and has a registry of its own", async () => {
    const { host, instance } = await world();
    const thrown: string[] = [];
    const names: string[] = [];
    await instance.load(
      "v",
      handVcl(() => ({
        init(task) {
          const kept: GlobalDirectorRegistry = task.registry;
          task.host.setTimer(1, () => {
            for (const call of [() => kept.names(), () => kept.remove("web"), () => kept.lookup("web")])
              try {
                call();
              } catch (error) {
                thrown.push(String(error));
              }
          });
        },
        fini: (task) => void names.push(...task.registry.names()),
      })),
    );
    await host.clock.advance(2);
    expect(thrown).toHaveLength(3);
    for (const error of thrown) expect(error).toContain("called outside the control queue");
    await instance.discard("v");
    expect(names).toEqual(["api-service", "web"]);
    await instance.shutdown();
  });

  test("S4-22: the same in the program as it is shipped", async () => {
    builtCli();
    const url = pathToFileURL(resolve("dist/runtime/index.js")).href;
    const shipped = (await import(/* @vite-ignore */ url)) as { Instance: typeof Instance };
    const instance = new shipped.Instance(new MemoryHost());
    const kept = await instance.control.run((registry) => registry);
    expect(() => kept.lookup("api")).toThrow("VGDR_Lookup called outside the control queue");
    await instance.shutdown();
  });
});

describe("a policy that is loaded anew", () => {
  let origin: RawOrigin | undefined;
  let proxy: Proxy | undefined;

  afterEach(async () => {
    await proxy?.close();
    await origin?.close();
  });

  test("S4-110: twenty times: the other policy and the backend go on as they are: connection, counters, health", async () => {
    origin = await rawOrigin(
      (_, socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
    );
    proxy = await startProxy();
    const { instance } = proxy;
    const backend = await register(instance, "api", { host: "127.0.0.1", port: String(origin.port) });
    const policy = (name: string): string =>
      `vcl 4.1; backend dummy none; sub vcl_recv { return (pass); } sub vcl_deliver { set resp.http.X-Policy = "${name}"; }`;
    await proxy.load("steady1", policy("steady"));
    await proxy.load("moving0", policy("moving0"));
    await instance.label("steady", "steady1");
    await instance.label("moving", "moving0");
    const main = `vcl 4.1; backend dummy none;
sub vcl_recv {
  set req.backend_hint = global.api;
  if (req.url ~ "^/moving") { return (dispatch(moving)); }
  return (dispatch(steady));
}`;
    await proxy.load("main", main);
    await instance.use("main");
    const steady = instance.vcl("steady");
    const since = backend.health().changed;
    for (let version = 1; version <= 20; version++) {
      await proxy.load(`moving${version}`, policy(`moving${version}`));
      await instance.label("moving", `moving${version}`);
      await instance.discard(`moving${version - 1}`);
      expect((await proxy.get(`/moving/${version}`)).headers["x-policy"]).toBe(`moving${version}`);
      expect((await proxy.get(`/steady/${version}`)).headers["x-policy"]).toBe("steady");
    }
    expect(instance.vcl("steady")).toBe(steady);
    expect(backend.health()).toEqual({ healthy: true, changed: since });
    expect(backend.shared.counters.req).toBe(40);
    expect([origin.connections, origin.requests.length]).toEqual([1, 40]);
  });
});
