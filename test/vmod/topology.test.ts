import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { BackendTask, Director } from "vclc/runtime";
import { FetchFailure, HttpHeaders } from "vclc/runtime";
import { Watcher } from "../../src/vmod/topology/index.js";
import { readTopology } from "../../src/vmod/topology/topology-config.js";
import { temporaryFolder } from "../support/cli.js";
import { bench, handVcl, type Bench } from "../support/hand-vcl.js";
import { freePort } from "../support/ports.js";
import { send, startOrigin } from "../support/proxy.js";
import { runVclc } from "../support/vclc-run.js";

const file = "t.yaml";
const network = `
director: api
distances: { lon: { fra: 14, nyc: 72 }, fra: { nyc: 85 } }
nodes:
  edge-lon: { layer: edge, site: lon }
  shield-fra-1: { layer: shield, site: fra, address: "127.0.0.1:1" }
  shield-fra-2: { layer: shield, site: fra, address: "127.0.0.1:2" }
  shield-nyc: { layer: shield, site: nyc, address: "127.0.0.1:3" }
  shield-off: { layer: shield, site: lon, address: "127.0.0.1:4", weight: 0 }
  origin-nyc: { layer: origin, site: nyc, address: "127.0.0.1:5" }
`;

async function watched(node: string, text = network): Promise<Bench> {
  const b = bench();
  b.host.files.set(file, text);
  await b.load("main", watching(node));
  return b;
}

function watching(node: string | undefined): ReturnType<typeof handVcl> {
  return handVcl(() => {
    let watcher: Watcher | undefined;
    return {
      async init(task) {
        watcher = await Watcher.create(task, "net", { path: file, node });
      },
      objects: () => [["net", watcher]],
    };
  });
}

function api(b: Bench): Promise<Director | undefined> {
  return b.queue.run((registry) => registry.entries().find(([name]) => name === "api")?.[1]);
}

/** A fetch of a URL that has been at some nodes. */
function fetchOf(url: string, handlers?: string): BackendTask {
  const http = new HttpHeaders(handlers === undefined ? [] : [["CDN-Loop", handlers]]);
  return { kind: "backend", log: () => undefined, bereq: { http, url } } as unknown as BackendTask;
}

async function pick(b: Bench, url = "/", handlers?: string): Promise<string | undefined> {
  const director = await api(b);
  return (await director?.resolve?.(fetchOf(url, handlers)))?.vclName;
}

async function setHealth(b: Bench, health: "auto" | "sick", ...nodes: string[]): Promise<void> {
  for (const member of (await api(b))?.members?.() ?? [])
    if (nodes.some((node) => member.vclName === `api(${node})`))
      member.health = () => ({ healthy: health === "auto", changed: 0 });
}

const urls = Array.from({ length: 60 }, (_, index) => `/${index}`);

describe("topology", () => {
  test("S4-70 S4-71 an edge asks the nearest shields, then those farther off, then the origin, by what is healthy", async () => {
    const b = await watched("edge-lon");
    const near = ["api(shield-fra-1)", "api(shield-fra-2)"];
    for (const url of urls) expect(near).toContain(await pick(b, url));
    await setHealth(b, "sick", "shield-fra-1", "shield-fra-2");
    expect(await pick(b)).toBe("api(shield-nyc)");
    await setHealth(b, "sick", "shield-nyc");
    expect(await pick(b)).toBe("api(origin-nyc)");
    expect((await api(b))?.health(undefined).healthy).toBe(true);
    await setHealth(b, "sick", "origin-nyc");
    expect(await pick(b)).toBeUndefined();
    await setHealth(b, "auto", "shield-fra-2", "origin-nyc");
    expect(await pick(b)).toBe("api(shield-fra-2)");
  });

  test("S4-70 a shield asks the origin and no other shield, an origin nobody", async () => {
    expect(await pick(await watched("shield-fra-1"))).toBe("api(origin-nyc)");
    expect(await pick(await watched("origin-nyc"))).toBeUndefined();
  });

  test("S4-70 in a layer the object decides; a node that goes hands on only what it had", async () => {
    const b = await watched(
      "edge-lon",
      `${network}  shield-fra-3: { layer: shield, site: fra, address: "127.0.0.1:6" }\n`,
    );
    const all = (): Promise<(string | undefined)[]> => Promise.all(urls.map((url) => pick(b, url)));
    const before = await all();
    expect(await all()).toEqual(before);
    expect(new Set(before).size).toBe(3);
    await setHealth(b, "sick", "shield-fra-2");
    const after = await all();
    for (const [index, name] of before.entries())
      if (name !== "api(shield-fra-2)") expect(after[index]).toBe(name);
    expect(new Set(after).size).toBe(2);
  });

  test("S4-70 a node that has handled the request is never asked (RFC 8586), whatever the files say", async () => {
    const b = await watched("edge-lon");
    expect(await pick(b, "/", 'shield-fra-1;v="1, 2", other')).toBe("api(shield-fra-2)");
    expect(await pick(b, "/", "shield-fra-1, shield-fra-2")).toBe("api(shield-nyc)");
    expect(await pick(b, "/", "shield-fra-1, shield-fra-2,shield-nyc , origin-nyc")).toBeUndefined();
  });

  test("S4-72 what is known at the time of the fetch counts: the file changes, the director stays", async () => {
    const b = await watched("edge-lon");
    const director = await api(b);
    b.host.write(file, network.replace("fra: 14", "fra: 140"));
    await b.queue.run(() => undefined);
    expect(await api(b)).toBe(director);
    expect(await pick(b)).toBe("api(shield-nyc)");
    b.host.write(file, "director: [");
    await b.queue.run(() => undefined);
    expect(b.host.records.at(-1)).toContain("topology: t.yaml: line 1: ");
    expect(await pick(b)).toBe("api(shield-nyc)");
  });

  test("S4-70 no connection: the next node is asked for the same request, which says once where it has been", async () => {
    const b = await watched("edge-lon");
    const asked: string[] = [];
    const members = [...((await api(b))?.members?.() ?? [])];
    for (const member of members) {
      member.fetch = (task) => {
        asked.push(`${member.vclName} ${task.bereq.http.get("cdn-loop")}`);
        return member.vclName.includes("fra")
          ? Promise.reject(new FetchFailure("refused", { unsent: true }))
          : Promise.resolve({ status: 200, reason: "OK", proto: "HTTP/1.1", headers: [], body: undefined });
      };
    }
    const task = fetchOf("/", "before");
    const backend = (await (await api(b))?.resolve?.(task)) as Director;
    expect((await backend.fetch?.(task))?.status).toBe(200);
    expect(asked.toSorted()).toEqual([
      "api(shield-fra-1) before, edge-lon",
      "api(shield-fra-2) before, edge-lon",
      "api(shield-nyc) before, edge-lon",
    ]);
    expect(backend.vclName).toBe("api(shield-nyc)");
  });

  test("this node must be in the file; its name is the server's identity unless given", async () => {
    const b = bench();
    b.host.files.set(file, network);
    await expect(b.load("main", watching(undefined))).rejects.toThrow(
      'topology.watcher: t.yaml: line 5: there is no node "test"',
    );
    await b.load("main", watching("edge-lon"));
  });

  test.each([
    ["nodes: {}", "line 1: director is missing"],
    ["director: 2nd\nnodes: {}", 'line 1: director name "2nd" cannot be written in VCL'],
    ["director: a", "line 1: nodes are missing"],
    ["director: a\nnodes: { e: { layer: middle } }", "line 2: layer must be one of edge, shield, origin"],
    ["director: a\nnodes: { e: {} }", "line 2: e has no layer"],
    ["director: a\nnodes: { 'a b': { layer: edge } }", 'line 2: "a b" is no name of a node'],
    ["director: a\nnodes:\n  e: { layer: edge }\n  s: { layer: shield }", "line 4: s has no address"],
    ["director: a\nnodes: {}\ndistances: { a: { b: -1 } }", "line 3: b must be a number, 0 or more"],
    ["director: a\nnodes: {}\ndistances: { a: { b: 1 }, b: { a: 2 } }", "line 3: between a and b it was 1"],
    ["director: a\nlayers: [x, x]\nnodes: {}", "line 2: a layer is there twice"],
    ["director: a\nnodes: { e: { layer: edge, weight: x } }", "line 2: weight must be a number"],
  ])("%j is refused with its line", (text, message) => {
    expect(() => readTopology(text, "e")).toThrow(message);
  });
});

const vcl = (path: string): string => `vcl 4.1; import topology; backend dummy none;
sub vcl_init { new net = topology.watcher("${path}"); }
sub vcl_recv {
  if (req.url == "/health") { return (synth(200)); }
  set req.backend_hint = global.api;
}
sub vcl_backend_response { set beresp.ttl = 1h; }
sub vcl_deliver { set resp.http.Path = net.node() + " " + resp.http.Path; }`;

test("S4-70 S4-71 S4-72 three processes: the shield dies, is sick, comes back; nobody sees an error but those in flight, and each object is fetched once", async () => {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const origin = await startOrigin((request, response) => {
    const answer = (): void => {
      response.setHeader("Path", "origin");
      response.end(`${request.url} ${String(request.headers["cdn-loop"])}`);
    };
    if (request.url?.startsWith("/slow")) void gate.then(answer);
    else answer();
  });
  onTestFinished(() => origin.close());
  const path = join(temporaryFolder(), "topology.yaml");
  const [edgePort, shieldPort, originPort] = [await freePort(), await freePort(), await freePort()];
  writeFileSync(
    path,
    `director: api
backends: { connect_timeout: 1s }
nodes:
  edge-1: { layer: edge, site: a }
  shield-1: { layer: shield, site: a, address: "127.0.0.1:${shieldPort}", probe: { url: /health, interval: 200ms, window: 2, threshold: 1, initial: 1 } }
  origin-1: { layer: middle, site: b, address: "127.0.0.1:${originPort}" }
  content: { layer: origin, site: b, address: "127.0.0.1:${origin.port}" }
layers: [edge, shield, middle, origin]
`,
  );
  const start = (node: string, port: number): ReturnType<typeof runVclc> =>
    runVclc(vcl(path), ["-a", `127.0.0.1:${port}`, "-i", node]);
  await start("origin-1", originPort);
  let shield = await start("shield-1", shieldPort);
  await start("edge-1", edgePort);
  const trace = async (url: string): Promise<string> => {
    const { status, headers, body } = await send(edgePort, url);
    return `${status} ${String(headers["path"])}: ${body}`;
  };
  const through = (url: string): string =>
    `200 edge-1 shield-1 origin-1 origin: ${url} edge-1, shield-1, origin-1`;
  const around = (url: string): string => `200 edge-1 origin-1 origin: ${url} edge-1, origin-1`;
  expect(await trace("/1")).toBe(through("/1"));
  expect(await trace("/1")).toBe(through("/1"));
  const slow = ["/slow1", "/slow2", "/slow3"];
  const inFlight = slow.map(trace);
  await vi.waitFor(() => expect(origin.requests.map(({ url }) => url)).toEqual(expect.arrayContaining(slow)));
  shield.child.kill("SIGKILL");
  await shield.exit;
  for (let number = 0; number < 20; number++)
    expect(await trace(`/dead${number}`)).toBe(around(`/dead${number}`));
  open();
  for (const answer of await Promise.all(inFlight)) expect(answer).toMatch(/^(?:200|503) /);
  for (const url of slow) expect(await trace(url)).toMatch(/^200 /);
  await pause(700);
  expect(await trace("/sick")).toBe(around("/sick"));
  expect(await trace("/1")).toBe(through("/1"));
  shield = await start("shield-1", shieldPort);
  for (let tries = 0; ; tries++) {
    const answer = await trace(`/back${tries}`);
    expect([through(`/back${tries}`), around(`/back${tries}`)]).toContain(answer);
    if (answer === through(`/back${tries}`)) break;
    expect(tries).toBeLessThan(100);
    await pause(100);
  }
  const asked = origin.requests.map(({ url }) => url);
  expect(new Set(asked).size).toBe(asked.length);
});
