import { describe, expect, test } from "vitest";
import { latin1Text, type Director, type Task, type VclModule } from "vclc/runtime";
import { readEndpointConfig } from "../../src/vmod/svc/endpoint-config.js";
import { EndpointWatcher } from "../../src/vmod/svc/index.js";
import { bench, handVcl, type Bench } from "../support/hand-vcl.js";

const file = "e.yaml";
const two = 'services: {api: {endpoints: ["127.0.0.1:1", "127.0.0.1:2"]}, web: {endpoints: ["127.0.0.1:3"]}}';

function watching(path: string | undefined = file): VclModule {
  return handVcl(() => {
    let watcher: EndpointWatcher | undefined;
    return {
      async init(task) {
        watcher = await EndpointWatcher.create(task, "cluster", { file: path });
      },
      objects: () => [["cluster", watcher]],
    };
  });
}

async function watched(text = two): Promise<Bench> {
  const b = bench();
  b.host.files.set(file, text);
  await b.load("main", watching());
  return b;
}

/** Writes the file and waits until the change is worked in. */
async function change(b: Bench, text: string): Promise<void> {
  b.host.write(file, text);
  await b.queue.run(() => undefined);
}

function global(b: Bench, name: string): Promise<Director | undefined> {
  return b.queue.run((registry) => {
    const director = registry.lookup(name);
    if (director) registry.release(director);
    return director;
  });
}

function names(b: Bench): Promise<readonly string[]> {
  return b.queue.run((registry) => registry.names());
}

function picks(director: Director | undefined, b: Bench, times: number): (string | undefined)[] {
  const task = { host: b.host } as unknown as Task;
  return Array.from({ length: times }, () => (director?.resolve?.(task) as Director | undefined)?.vclName);
}

describe("svc.endpoint_watcher", () => {
  test("S4-65: every service of the file becomes a global director, which takes its endpoints in turn", async () => {
    const b = await watched();
    expect(await names(b)).toEqual(["api", "web"]);
    expect(picks(await global(b, "api"), b, 3)).toEqual([
      "api(127.0.0.1:1)",
      "api(127.0.0.1:2)",
      "api(127.0.0.1:1)",
    ]);
  });

  test("S4-66 S4-68: a change of the file changes the members inside the same director, without any VCL being loaded", async () => {
    const b = await watched();
    const api = await global(b, "api");
    const [kept, gone] = [...(api?.members?.() ?? [])] as (Director & { references: number })[];
    await change(
      b,
      'services: {api: {endpoints: ["127.0.0.1:1", "127.0.0.1:9"]}, shop: {endpoints: ["127.0.0.1:4"]}}',
    );
    expect(await global(b, "api")).toBe(api);
    const members = [...(api?.members?.() ?? [])];
    expect(members.map(({ vclName }) => vclName)).toEqual(["api(127.0.0.1:1)", "api(127.0.0.1:9)"]);
    expect(members[0]).toBe(kept);
    expect([kept?.references, gone?.references]).toEqual([1, 0]);
    expect(await names(b)).toEqual(["api", "shop"]);
  });

  test("S4-67: the directors survive the VCL that made the watcher, and still follow the file", async () => {
    const b = await watched();
    await b.discard("main");
    expect(await names(b)).toEqual(["api", "web"]);
    await change(b, 'services: {api: {endpoints: ["127.0.0.1:7"]}}');
    expect(picks(await global(b, "api"), b, 1)).toEqual(["api(127.0.0.1:7)"]);
  });

  test("S4-67: a VCL loaded later with the same file adopts what is there", async () => {
    const b = await watched();
    const api = await global(b, "api");
    await b.load("next", watching());
    await b.discard("main");
    expect(await global(b, "api")).toBe(api);
    expect(b.host.watched).toEqual([file]);
  });

  test("a service that comes back gets the director that VCLs have bound meanwhile, so that they follow again", async () => {
    const b = await watched();
    const bound = await b.queue.run((registry) => registry.lookup("api"));
    const web = await global(b, "web");
    await change(b, "services: {}");
    expect(await names(b)).toEqual([]);
    await change(b, 'services: {api: {endpoints: ["127.0.0.1:5"]}, web: {endpoints: []}}');
    expect(await global(b, "api")).toBe(bound);
    expect(picks(bound, b, 1)).toEqual(["api(127.0.0.1:5)"]);
    expect(await global(b, "web")).not.toBe(web);
  });

  test("a file that turns bad is logged and changes nothing, until it is good again", async () => {
    const b = await watched();
    const api = await global(b, "api");
    for (const [text, wrong] of [
      ["services: [", "line 1: "],
      ["services:\n  api: {endpoint: []}", 'line 2: unknown field "endpoint"'],
      [
        "services:\n  api: {endpoints: []}\n  2nd: {endpoints: []}",
        'line 3: service name "2nd" cannot be written in VCL',
      ],
    ] as const) {
      await change(b, text);
      expect(b.host.records.at(-1)).toContain(`0 Error svc: ${file}: ${wrong}`);
      expect(b.host.records.at(-1)).toContain("the last good state serves on");
      expect(picks(api, b, 2)).toHaveLength(2);
      expect(await names(b)).toEqual(["api", "web"]);
    }
    b.host.files.delete(file);
    await change(b, 'services: {api: {endpoints: ["127.0.0.1:8"]}}');
    expect(picks(api, b, 1)).toEqual(["api(127.0.0.1:8)"]);
  });

  test("a file that is bad or missing when the VCL loads fails the load and leaves nothing behind", async () => {
    const b = bench();
    await expect(b.load("main", watching())).rejects.toThrow(
      "svc.endpoint_watcher: e.yaml: no such file or directory",
    );
    b.host.files.set(file, "services: {api: 1}");
    await expect(b.load("main", watching())).rejects.toThrow(
      "svc.endpoint_watcher: e.yaml: line 1: api must be a map",
    );
    expect(await names(b)).toEqual([]);
    expect(b.host.watched).toEqual([]);
  });

  test("without an argument the file is VCLC_ENDPOINTS', and without that the load fails", async () => {
    const b = bench();
    const module = handVcl(() => ({
      async init(task) {
        await EndpointWatcher.create(task, "cluster", {});
      },
    }));
    await expect(b.load("main", module)).rejects.toThrow(
      'cluster: no file. Write svc.endpoint_watcher(file = "…")',
    );
    b.host.environment = (name) => (name === "VCLC_ENDPOINTS" ? file : undefined);
    b.host.files.set(file, two);
    await b.load("main", module);
    expect(await names(b)).toEqual(["api", "web"]);
  });

  test("S4-27: a name that comes from elsewhere fails the load; one of a file that no VCL watches any more is taken over", async () => {
    const b = await watched();
    b.host.files.set("other.yaml", 'services: {shop: {endpoints: []}, api: {endpoints: ["127.0.0.1:5"]}}');
    await expect(b.load("next", watching("other.yaml"))).rejects.toThrow(
      "global director api exists already and comes from elsewhere",
    );
    expect(await names(b)).toEqual(["api", "web"]);
    await b.discard("main");
    await b.load("next", watching("other.yaml"));
    expect(await names(b)).toEqual(["shop", "api"]);
  });

  /** Watches the file, and fails. */
  function failing(path: string): VclModule {
    return handVcl(() => {
      let watcher: EndpointWatcher | undefined;
      return {
        async init(task) {
          watcher = await EndpointWatcher.create(task, "cluster", { file: path });
          throw new Error("a wrong line further down");
        },
        objects: () => [["cluster", watcher]],
      };
    });
  }

  test("a load that fails takes nothing away: a file whose names it wanted to take over goes on and is followed", async () => {
    const b = await watched();
    await b.use("main");
    const api = await global(b, "api");
    await b.load(
      "other",
      handVcl(() => ({})),
    );
    await b.use("other");
    await b.discard("main");
    b.host.files.set("other.yaml", 'services: {api: {endpoints: ["127.0.0.1:5"]}, shop: {endpoints: []}}');
    await expect(b.load("next", failing("other.yaml"))).rejects.toThrow("a wrong line further down");
    await b.queue.run(() => undefined);
    expect([...(await names(b))].sort()).toEqual(["api", "web"]);
    expect(await global(b, "api")).toBe(api);
    expect(picks(api, b, 1)).toEqual(["api(127.0.0.1:1)"]);
    await change(b, 'services: {api: {endpoints: ["127.0.0.1:9"]}}');
    expect(picks(api, b, 1)).toEqual(["api(127.0.0.1:9)"]);
    expect(b.host.watched).toEqual([file]);
  });

  test("a load that fails leaves a file that others watch as it has changed meanwhile", async () => {
    const b = await watched();
    await b.use("main");
    const web = await global(b, "web");
    // Whoever watches is told late: the load reads the change first.
    b.host.files.set(file, two.replace("web:", "shop:"));
    await expect(b.load("next", failing(file))).rejects.toThrow("a wrong line further down");
    expect(await names(b)).toEqual(["api", "shop"]);
    expect(await global(b, "shop")).not.toBe(web);
    await change(b, two);
    expect(await names(b)).toEqual(["api", "web"]);
  });

  test("a file by another path is the same file", async () => {
    const b = await watched();
    b.host.absolutePath = (path) => `/srv/${path.replace(/^(?:\.|\/srv)\//, "")}`;
    b.host.files.set(`./${file}`, two);
    b.host.files.set(`/srv/${file}`, two);
    await b.discard("main");
    await b.load("main", watching(file));
    await b.load("next", watching(`./${file}`));
    await b.load("last", watching(`/srv/${file}`));
    expect(await names(b)).toEqual(["api", "web"]);
  });

  test("a file by a symbolic link is the same file, as long as the link says so", async () => {
    const b = await watched();
    b.host.realPath = (path) => Promise.resolve(path === "link.yaml" ? file : path);
    b.host.files.set("link.yaml", two);
    await b.load("next", watching("link.yaml"));
    await b.discard("main");
    await change(b, 'services: {api: {endpoints: ["127.0.0.1:9"]}}');
    expect(picks(await global(b, "api"), b, 1)).toEqual(["api(127.0.0.1:9)"]);
    b.host.realPath = (path) => Promise.resolve(path);
    await expect(b.load("last", watching("link.yaml"))).rejects.toThrow("comes from elsewhere");
  });

  test("a large file is read off the loop and worked in between requests", async () => {
    const b = await watched("services: {}");
    const jobs: string[] = [];
    b.host.offLoop = (job, bytes) => {
      jobs.push(job);
      return Promise.resolve().then(() => ({ answer: readEndpointConfig(latin1Text(bytes)), bytes }));
    };
    let turns = 0;
    b.host.turn = () => Promise.resolve(void turns++);
    b.host.monotonic = () => (b.host.time += 0.001);
    const services = Array.from({ length: 300 }, (_, i) => `  s${i}: {endpoints: ["127.0.0.1:${i + 1}"]}`);
    const text = `services:\n${services.join("\n")}\n`;
    await change(b, text);
    expect(jobs).toEqual(["services"]);
    expect((await names(b)).length).toBe(300);
    // Making, registering, swapping, and looking for what is gone: 300 steps each, with a turn in at least every fifth.
    expect(turns).toBeGreaterThanOrEqual((4 * 300) / 5);
    await change(b, `${text}  bad: 7\n`);
    expect(b.host.records.at(-1)).toContain("line 302: bad must be a map");
  });

  test("a name that somebody else has registered meanwhile is left alone when the service goes", async () => {
    const b = await watched();
    await b.queue.run((registry) => registry.remove("web"));
    const other = await b.register("web");
    await change(b, 'services: {api: {endpoints: ["127.0.0.1:1"]}}');
    expect(await global(b, "web")).toBe(other);
  });

  test("a name that global.remove has taken off is back with the next load that watches the file", async () => {
    const b = await watched();
    const bound = await b.queue.run((registry) => registry.lookup("api"));
    await b.queue.run((registry) => [registry.remove("api"), registry.remove("web")]);
    await b.load("next", watching());
    expect(await names(b)).toEqual(["api", "web"]);
    expect(await global(b, "api")).toBe(bound);
    expect(picks(bound, b, 1)).toEqual(["api(127.0.0.1:1)"]);
    expect(picks(await global(b, "web"), b, 1)).toEqual(["web(127.0.0.1:3)"]);
  });

  test("a file that is bad at the moment fails every load that watches it, and serves those before on", async () => {
    const b = await watched();
    await change(b, "services: [");
    await expect(b.load("next", watching())).rejects.toThrow("svc.endpoint_watcher: e.yaml: line 1: ");
    expect(await names(b)).toEqual(["api", "web"]);
    await change(b, two);
    await b.load("next", watching());
  });
});

describe("the file of services", () => {
  test("every field is read, durations as seconds or with a unit", () => {
    const text = `
services:
  api:
    endpoints: ["[::1]:8081", "unix:/run/api.sock"]
    policy: random
    host_header: api.internal
    connect_timeout: 500ms
    first_byte_timeout: 2
    max_connections: 7
    probe: { url: /up, interval: 1s, threshold: 2, expected_response: 204 }
`;
    const probe = { name: "api", url: "/up", interval: 1, threshold: 2, expectedResponse: 204 };
    const shared = {
      hostHeader: "api.internal",
      connectTimeout: 0.5,
      firstByteTimeout: 2,
      maxConnections: 7,
      probe,
    };
    expect(readEndpointConfig(text)).toEqual([
      {
        name: "api",
        policy: "random",
        endpoints: [
          { name: "api([::1]:8081)", definition: { host: "[::1]:8081", ...shared } },
          { name: "api(unix:/run/api.sock)", definition: { path: "/run/api.sock", ...shared } },
        ],
      },
    ]);
  });

  test("JSON is read too, and mistakes name their line", () => {
    expect(readEndpointConfig('{"services": {"a": {"endpoints": []}}}')).toEqual([
      { name: "a", policy: "round_robin", endpoints: [] },
    ]);
    for (const [text, wrong] of [
      ["", "line 1: the file must be a map"],
      ["services:\n  a:\n    endpoints: 7", "line 3: endpoints must be a list"],
      ["services:\n  a:\n    endpoints: []\n    policy: best", "line 4: policy must be one of"],
      ["services:\n  a:\n    endpoints: []\n    connect_timeout: soon", "line 4: a duration must be"],
      ["services:\n  a: {endpoints: []}\n  a: {endpoints: []}", "line 3: Map keys must be unique"],
      [`services:\n  a: ${"[".repeat(20_000)}`, "line 2: more than 100 lists and maps inside each other"],
    ] as const) {
      expect(() => readEndpointConfig(text)).toThrow(wrong);
    }
  });
});
