import { Agent, request as httpRequest } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startOrigin, startProxy, type Origin, type Proxy } from "../support/proxy.js";

const clients = 100;
const switches = 1000;

let origin: Origin;
let proxy: Proxy;
let agent: Agent;

beforeEach(async () => {
  // Slow enough for switches to fall into requests.
  origin = await startOrigin((_, response) => void setTimeout(() => response.end("body"), 5));
  proxy = await startProxy();
  agent = new Agent({ keepAlive: true, maxSockets: clients });
});

afterEach(async () => {
  agent.destroy();
  await proxy.close();
  await origin.close();
});

/** One request on a kept connection: its status and the value of X-Seen. */
function get(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port: proxy.port, host: "127.0.0.1", path: url, agent }, (response) => {
      response.on("error", reject);
      response.on("end", () => resolve(`${response.statusCode} ${String(response.headers["x-seen"])}`));
      response.resume();
    });
    sent.on("error", reject);
    sent.end();
  });
}

/** Runs requests on every client for as long as `work` takes; answers with what they got, and how often. */
async function underLoad(work: () => Promise<void>): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  let working = true;
  const client = async (number: number): Promise<void> => {
    for (let i = 0; working || i < 5; i++) {
      const answer = await get(`/${number}/${i}`);
      seen.set(answer, (seen.get(answer) ?? 0) + 1);
    }
  };
  const traffic = Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  await work();
  working = false;
  await traffic;
  return seen;
}

/** A VCL that writes its name at every step of a request; `recv` is the rest of its vcl_recv. */
function naming(name: string, recv = "return (pass);"): string {
  return `vcl 4.1; backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }
sub vcl_recv { set req.http.X-Seen = req.http.X-Seen + "${name} "; ${recv} }
sub vcl_backend_fetch { set bereq.http.X-Seen = bereq.http.X-Seen + "${name} "; }
sub vcl_backend_response { set beresp.http.X-Seen = bereq.http.X-Seen + "${name} "; }
sub vcl_deliver { set resp.http.X-Seen = resp.http.X-Seen + "${name}"; }`;
}

const four = (name: string): string => `200 ${[name, name, name, name].join(" ")}`;

describe(`with ${clients} requests at a time`, { timeout: 120_000 }, () => {
  test("vcl.use a thousand times: no request fails, and none sees two VCLs but by dispatch", async () => {
    await proxy.load("policy1", naming("policy"));
    await proxy.instance.label("policy", "policy1");
    await proxy.load("one", naming("one"));
    await proxy.load("two", naming("two"));
    await proxy.load("main", naming("main", "return (dispatch(policy));"));
    await proxy.instance.use("one");
    const names = ["two", "main", "one"];
    const seen = await underLoad(async () => {
      for (let i = 0; i < switches; i++) {
        await proxy.instance.use(names[i % names.length]!);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    });
    expect([...seen.keys()].sort()).toEqual(
      [four("one"), four("two"), "200 main policy policy policy policy"].sort(),
    );
    for (const count of seen.values()) expect(count).toBeGreaterThan(10);
    await finished();
    expect(proxy.instance.list().map(({ busy }) => busy)).toEqual([0, 0, 0, 0, 0]);
  });

  test("a label goes from version to version, each loaded and discarded meanwhile: no request fails, each sees one version", async () => {
    const { instance } = proxy;
    await proxy.load("v0", naming("v0"));
    await instance.label("policy", "v0");
    await proxy.load("main", naming("main", "return (dispatch(policy));"));
    await instance.use("main");
    const versions = 100;
    const seen = await underLoad(async () => {
      for (let version = 1; version <= versions; version++) {
        await proxy.load(`v${version}`, naming(`v${version}`));
        await instance.label("policy", `v${version}`);
        await instance.discard(`v${version - 1}`);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    });
    for (const answer of seen.keys()) expect(answer).toMatch(/^200 main (v\d+) \1 \1 \1$/);
    expect(seen.size).toBeGreaterThan(versions / 4);
    await finished();
    expect(instance.list().map(({ name }) => name)).toEqual([`policy`, "main", `v${versions}`]);
  });
});

/** Waits until no task holds a VCL: the last ones end a moment after their response. */
async function finished(): Promise<void> {
  for (
    let i = 0;
    i < 200 && proxy.instance.list().some(({ busy, status }) => busy > 0 || status === "discarded");
    i++
  )
    await new Promise((resolve) => setTimeout(resolve, 10));
}
