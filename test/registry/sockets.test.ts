import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as runtime from "vclc/runtime";
import type { Backend, Director, HousekeepingTask, Priv, Probe } from "vclc/runtime";
import { loadJavaScript } from "../../src/codegen/load.js";
import { nodeSourceReader } from "../../src/host/node/source-reader.js";
import { vmodFinder } from "../../src/vcc/find-vmods.js";
import * as directors from "../../src/vmod/directors/index.js";
import * as svc from "../../src/vmod/svc/index.js";
import { compiledToLoad, testOptions } from "../support/compile.js";
import { command, controlOf, openSession } from "../support/control.js";
import { startProxy, type Proxy } from "../support/proxy.js";
import { rawOrigin, type RawOrigin } from "../support/raw-http.js";

/** What keeper.vcc declares. */
const keeper = {
  releases: [] as (() => void)[],
  wrap: ({ registry }: HousekeepingTask, name: string, director: Director) =>
    void registry.register(name, director),
  transfer: (task: HousekeepingTask, name: string, backend: Director) =>
    void task.registry.register(name, task.transferBackend(backend)),
  async own({ registry, control }: HousekeepingTask, name: string, host: string, probe: Probe) {
    registry.register(name, await control.addBackend(name, { host, probe }));
  },
  hold: (task: HousekeepingTask) => void task.preventDiscard("keeper"),
  event(task: HousekeepingTask, _: Priv, name: string) {
    if (name === "warm") keeper.releases.push(task.preventDiscard("keeper: a pool"));
  },
};

const finder = {
  ...testOptions(),
  vmods: vmodFinder(nodeSourceReader, {
    shipped: fileURLToPath(new URL("../../src/vmod", import.meta.url)),
    vmodPath: [fileURLToPath(new URL("../support/vmods", import.meta.url))],
  }),
};

let origin: RawOrigin;
let other: RawOrigin;
let proxy: Proxy;

beforeEach(async () => {
  keeper.releases = [];
  [origin, other] = await Promise.all([saying("one"), saying("two")]);
  proxy = await startProxy();
});

afterEach(async () => {
  await proxy.close();
  await Promise.all([origin.close(), other.close()]);
});

function saying(body: string): Promise<RawOrigin> {
  return rawOrigin((head, socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    // A probe wants to see the end.
    if (isProbe(head)) socket.end();
  });
}

function isProbe(head: string): boolean {
  return /^Connection: close/m.test(head);
}

/** Compiles and loads VCL that may import keeper. */
function load(name: string, text: string): Promise<void> {
  const output = compiledToLoad(`vcl 4.1; ${text}`, `${name}.vcl`, finder);
  const shipped: Record<string, object> = { directors, keeper, svc };
  const vmods = new Map(output.imports.map(({ alias, vmod }) => [alias, shipped[vmod.name] as object]));
  return proxy.instance.load(name, loadJavaScript(output, { runtime, vmods }));
}

async function consume(): Promise<void> {
  await load(
    "consumer",
    "backend dummy none; sub vcl_recv { set req.backend_hint = global.api; return (pass); }",
  );
  await proxy.instance.use("consumer");
}

const body = async (): Promise<string> => (await proxy.get("/")).body;
const remove = (): Promise<boolean> => proxy.instance.control.run((registry) => registry.remove("api"));
const api = (): Promise<Director | undefined> =>
  proxy.instance.control.run((registry) => registry.named("api"));
const probe = "probe p { .interval = 50ms; .threshold = 1; .window = 1; .initial = 1; }";
const probes = (): number => origin.requests.filter(isProbe).length;

/** Waits for one more probe to reach the origin. */
async function probed(): Promise<void> {
  const before = probes();
  for (let i = 0; i < 400 && probes() === before; i++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(probes()).toBeGreaterThan(before);
}

test("S4-56 S4-62: a director over backends of a VCL is served by another VCL; what it stands on goes only when nobody has it", async () => {
  await load(
    "creator",
    `import keeper; import directors; backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }
     sub vcl_init { new rr = directors.round_robin(); rr.add_backend(b); keeper.wrap("api", rr.backend()); }`,
  );
  keeper.releases[0]?.();
  await consume();
  for (const refused of [proxy.instance.discard("creator"), proxy.instance.setState("creator", "cold")])
    await expect(refused).rejects.toThrow("global directors depend on it:\n\tglobal.api");
  expect(await body()).toBe("one");
  await remove();
  await expect(proxy.instance.discard("creator")).rejects.toThrow("global.api of VCL consumer");
  expect(await body()).toBe("one");
  await load("plain", "backend dummy none;");
  await proxy.instance.use("plain");
  await proxy.instance.discard("consumer");
  await proxy.instance.discard("creator");
  expect(proxy.instance.list().map(({ name }) => name)).toEqual(["plain"]);
});

test("S4-57 S4-58: a hold is refused in vcl_init and given at WARM; until it is given back, the discarded VCL is there", async () => {
  const early = "import keeper; backend b none; sub vcl_init { keeper.hold(); }";
  await expect(load("early", early)).rejects.toThrow("only while it is warm, from the WARM event on");
  expect(keeper.releases).toEqual([]);
  await load("plain", "backend dummy none;");
  await proxy.instance.use("plain");
  await load("held", `import keeper; backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }`);
  const held = proxy.instance.vcl("held");
  expect(held?.holds).toEqual(["keeper: a pool"]);
  await proxy.instance.discard("held");
  expect([...(held?.directors ?? [])].length).toBe(1);
  keeper.releases[0]?.();
  await proxy.instance.control.run(() => undefined);
  await proxy.instance.control.run(() => undefined);
  expect([...(held?.directors ?? [])].length).toBe(0);
});

test("S4-59 S4-61 S4-63: a backend of the global list: on that list itself, warm whatever its creator is, listed, walked, and retired with its last reference", async () => {
  await load(
    "creator",
    `import keeper; backend dummy none; ${probe}
     sub vcl_init { keeper.own("api", "127.0.0.1:${origin.port}", p); }`,
  );
  keeper.releases[0]?.();
  await consume();
  const director = (await api()) as Backend & { references: number };
  expect([...proxy.instance.globalDirectors]).toContain(director);
  expect(await body()).toBe("one");
  await proxy.instance.setState("creator", "cold");
  await probed();
  await proxy.instance.discard("creator");
  await probed();
  expect(await body()).toBe("one");
  const requests = origin.requests.length - probes();
  expect([requests, director.shared.counters.req]).toEqual([2, 2]);
  const [status, list] = await command(openSession(controlOf(proxy.instance)), "backend.list global.*");
  expect([status, list]).toEqual([200, expect.stringMatching(/^global\.api +probe +1\/1 +healthy/m)]);
  await load("plain", "backend dummy none;");
  await proxy.instance.use("plain");
  await proxy.instance.globalDirectors.walk(async (walked) => {
    if (walked !== director) return;
    await remove();
    await proxy.instance.discard("consumer");
    expect(director.references).toBe(0);
    // Whoever walks the list still has it there.
    expect([...proxy.instance.globalDirectors]).toContain(director);
  });
  expect([...proxy.instance.globalDirectors]).toEqual([]);
});

test("S4-60: a backend that its VCL has given away survives it, with its probe, its counters and its connection", async () => {
  await load(
    "creator",
    `import keeper; ${probe} backend b { .host = "127.0.0.1"; .port = "${origin.port}"; .probe = p; }
     sub vcl_init { keeper.transfer("api", b); }`,
  );
  keeper.releases[0]?.();
  await consume();
  expect(await body()).toBe("one");
  const { connections } = origin;
  await proxy.instance.discard("creator");
  await probed();
  expect(await body()).toBe("one");
  const director = (await api()) as Backend;
  expect(director.shared.counters.req).toBe(2);
  // Probes have connections of their own; the request had the one that was there.
  expect(origin.connections - connections).toBe(probes() - (connections - 1));
});

test("S4-66 S4-67: the VCL that made the watcher is discarded, and requests still follow the file, without any VCL being loaded", async () => {
  const folder = mkdtempSync(join(tmpdir(), "vclc-registry-"));
  const file = join(folder, "e.yaml");
  const write = (...ports: number[]): void => {
    const list = ports.map((port) => `"127.0.0.1:${port}"`).join();
    writeFileSync(file, `services: {api: {endpoints: [${list}]}}`);
  };
  write(origin.port);
  await load(
    "creator",
    `import svc; backend dummy none; sub vcl_init { new c = svc.endpoint_watcher(file = "${file}"); }`,
  );
  await consume();
  expect(await body()).toBe("one");
  await proxy.instance.discard("creator");
  const before = await api();
  write(other.port);
  for (let i = 0; i < 200 && (await body()) !== "two"; i++)
    await new Promise((resolve) => setTimeout(resolve, 25));
  expect(await body()).toBe("two");
  expect(await api()).toBe(before);
  expect(proxy.instance.list().map(({ name }) => name)).toEqual(["consumer"]);
  rmSync(folder, { recursive: true });
});

test("S4-104 S4-110: policies are swapped under load: every request is answered, by the old policy or the new one, and the backend notices nothing", async () => {
  const backend = (await proxy.instance.control.run(async (registry) => {
    const made = await proxy.instance.control.addBackend("api", { host: `127.0.0.1:${origin.port}` });
    registry.register("api", made);
    return made;
  })) as Backend;
  const policy = (version: number): string =>
    `backend dummy none; sub vcl_recv { return (pass); } sub vcl_deliver { set resp.http.X-Policy = "${version}"; }`;
  await load("p0", policy(0));
  await proxy.instance.label("policy", "p0");
  await load(
    "main",
    "backend dummy none; sub vcl_recv { set req.backend_hint = global.api; return (dispatch(policy)); }",
  );
  await proxy.instance.use("main");
  const main = proxy.instance.vcl("main");
  const since = backend.health().changed;
  const clients = 4;
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const ask = (): Promise<string> =>
    new Promise((resolve, reject) => {
      get({ port: proxy.port, host: "127.0.0.1", agent }, (response) => {
        response.resume();
        response.on("end", () => resolve(`${response.statusCode} ${String(response.headers["x-policy"])}`));
      }).on("error", reject);
    });
  let isOver = false;
  const seen: string[][] = Array.from({ length: clients }, () => []);
  const traffic = seen.map(async (answers) => {
    while (!isOver) answers.push(await ask());
  });
  const answered = async (times: number): Promise<void> => {
    while (Math.min(...seen.map(({ length }) => length)) < times)
      await new Promise((resolve) => setImmediate(resolve));
  };
  await answered(3);
  for (let version = 1; version <= 10; version++) {
    const enough = Math.max(...seen.map(({ length }) => length)) + 3;
    await load(`p${version}`, policy(version));
    await proxy.instance.label("policy", `p${version}`);
    await proxy.instance.discard(`p${version - 1}`);
    // From here on nobody gets the one before: what was under way has been answered first.
    expect(await ask()).toBe(`200 ${version}`);
    await answered(enough);
  }
  isOver = true;
  await Promise.all(traffic);
  agent.destroy();
  for (const answers of seen) {
    const versions = answers.map((answer) => Number(/^200 (\d+)$/.exec(answer)?.[1]));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(versions[0]).toBe(0);
    expect(versions.at(-1)).toBe(10);
  }
  const asked = seen.flat().length + 10;
  expect([origin.requests.length, backend.shared.counters.req]).toEqual([asked, asked]);
  expect(origin.connections).toBeLessThanOrEqual(clients + 1);
  expect(backend.health()).toEqual({ healthy: true, changed: since });
  expect(proxy.instance.vcl("main")).toBe(main);
});
