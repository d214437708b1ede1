import { describe, expect, test } from "vitest";
import { HttpHeaders, type BackendTask } from "vclc/runtime";
import type { MemoryStream } from "../../src/host/memory/index.js";
import { sourceOf } from "../../src/runtime/body/iterable.js";
import { backendServices } from "../../src/runtime/backend/backend-services.js";
import { Backend, GlobalBackend } from "../../src/runtime/backend/backend.js";
import { probeSettings } from "../../src/runtime/backend/poll-specification.js";
import { resolveEndpoint, splitHostPort } from "../../src/runtime/backend/resolve-endpoint.js";
import type { BackendResponse } from "../../src/runtime/backend/transport.js";
import { DirectorList } from "../../src/runtime/director/director-list.js";
import type { Director } from "../../src/runtime/director/director.js";
import { backendFor, resolveDirector } from "../../src/runtime/director/resolve-director.js";
import { defaultParameters } from "../../src/runtime/parameters.js";
import type { FetchInput, Task } from "../../src/runtime/task.js";
import type { BackendDefinition } from "../../src/runtime/vcl/vpi.js";
import { settle, stubHost, type StubHost } from "../support/stub-host.js";

const endpoint = { name: "b", address: "127.0.0.1", port: 80 };

function make(
  definition: BackendDefinition = {},
  host: StubHost = stubHost(),
): { host: StubHost; backend: Backend } {
  const services = backendServices(host, { ...defaultParameters });
  return { host, backend: new Backend("b", "v.b", { host: "origin", ...definition }, endpoint, services) };
}

function task(
  input: Partial<FetchInput> = {},
  headers: [string, string][] = [],
  host?: StubHost,
): BackendTask {
  return {
    kind: "backend",
    host: host ?? stubHost(),
    log: (tag: string, text: string) => host?.log.record(0, tag, text),
    bereq: { method: "GET", url: "/", retry_connect: true, http: new HttpHeaders(headers) },
    timestamp: () => undefined,
    fetchInput: {
      traffic: { sentHead: 0, sentBody: 0, head: 0, body: 0 },
      body: undefined,
      signal: undefined,
      unconditional: false,
      ...input,
    },
  } as unknown as BackendTask;
}

/** An answer of one byte, which comes when it is asked for. */
function oneByte(_: string, stream: MemoryStream): void {
  stream.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
}

async function read(response: BackendResponse): Promise<string> {
  let text = "";
  const { body } = response;
  if (body) await sourceOf(body).pipe({ write: (chunk) => void (text += String.fromCharCode(...chunk)) });
  return text;
}

function giveUp({ body }: BackendResponse): void {
  if (body) sourceOf(body).cancel();
}

describe("backend", () => {
  test("Host is added from host_header, else from .host, and only when bereq has none", async () => {
    const seen: string[] = [];
    for (const definition of [{}, { hostHeader: "h.example" }]) {
      const { host, backend } = make(definition);
      await backend.fetch(task());
      await backend.fetch(task({}, [["host", "own"]]));
      seen.push(...host.sent.map((head) => head.split("\r\n")[1] ?? ""));
    }
    expect(seen).toEqual(["Host: origin", "host: own", "Host: h.example", "host: own"]);
  });

  test("time-outs are bereq's, else the backend's, else the parameter's", async () => {
    const { host, backend } = make({ firstByteTimeout: 3 });
    const other = make();
    host.answer = other.host.answer = () => undefined;
    const waits = [
      [host, backend.fetch(task({ firstByteTimeout: 1 })), 1],
      [host, backend.fetch(task()), 3],
      [other.host, other.backend.fetch(task()), 60],
    ] as const;
    for (const [on, fetch, seconds] of waits) {
      let failed = "";
      fetch.catch((error: Error) => (failed = error.message));
      await settle();
      const left = seconds - (on.time - 1000);
      await on.advance(left - 0.1);
      await settle();
      expect(failed).toBe("");
      await on.advance(0.2);
      await settle();
      expect(failed).toBe("first byte timeout");
    }
  });

  test("a sick backend is refused before anything is sent", async () => {
    const { backend } = make();
    backend.setHealth("sick");
    await expect(backend.fetch(task())).rejects.toThrow("backend b: unhealthy");
    backend.setHealth("auto");
    expect(backend.health().healthy).toBe(true);
  });

  test("max_connections counts until the body is read, fails or is given up", async () => {
    const { host, backend } = make({ maxConnections: 1 });
    host.answer = oneByte;
    const first = await backend.fetch(task());
    await expect(backend.fetch(task())).rejects.toThrow("backend b: busy");
    expect([await read(first), backend.connections]).toEqual(["1", 0]);
    giveUp(await backend.fetch(task()));
    expect(backend.connections).toBe(0);
    host.answer = (_, stream) => void stream.write("rubbish\n\n");
    await expect(backend.fetch(task())).rejects.toThrow("http format error");
    expect(backend.connections).toBe(0);
  });

  test("with wait_limit and wait_timeout a fetch waits for a connection, for so long", async () => {
    const { host, backend } = make({ maxConnections: 1, waitLimit: 1, waitTimeout: 2 });
    host.answer = oneByte;
    const first = await backend.fetch(task());
    const waiting = backend.fetch(task());
    await settle();
    await expect(backend.fetch(task())).rejects.toThrow("busy");
    giveUp(first);
    await waiting;
    const late = backend.fetch(task());
    const refused = expect(late).rejects.toThrow("busy");
    await host.advance(3);
    await refused;
  });

  test("whoever waits for a connection of a backend that becomes sick is told that it is busy", async () => {
    const { host, backend } = make({ maxConnections: 1, waitLimit: 1, waitTimeout: 2 });
    host.answer = oneByte;
    await backend.fetch(task());
    const waiting = backend.fetch(task());
    await settle();
    backend.setHealth("sick");
    await expect(waiting).rejects.toThrow("backend b: busy");
  });

  test("S4-63: a backend of the global list is warm at once, counts its references and stops its probe with the last", async () => {
    const host = stubHost();
    const services = backendServices(host, { ...defaultParameters });
    const list = new DirectorList();
    const backend = new GlobalBackend("g", { host: "h", probe: { name: "p" } }, endpoint, services, list);
    expect([...list]).toEqual([backend]);
    expect(host.timers).toBe(1);
    backend.retain();
    backend.release();
    backend.release();
    expect([...list]).toEqual([]);
    expect(host.timers).toBe(0);
    expect(() => backend.release()).toThrow("released once too often");
  });
});

describe("probe", () => {
  test("defaults: a threshold alone makes the window one larger, zero durations are the defaults, initial is capped", () => {
    expect(probeSettings({})).toEqual({
      expectedResponse: 200,
      timeout: 2,
      interval: 5,
      window: 8,
      threshold: 3,
      initial: 2,
      expectClose: true,
    });
    expect(probeSettings({ threshold: 5, interval: 0, timeout: 0, initial: 9 })).toMatchObject({
      window: 6,
      interval: 5,
      timeout: 2,
      initial: 5,
    });
  });

  test("a backend starts sick, one short of the threshold, and its first good probe makes it healthy", async () => {
    const { host, backend } = make({ probe: { name: "p" } });
    expect(backend.health().healthy).toBe(false);
    backend.warmUp();
    await host.advance(0);
    expect(backend.health()).toEqual({ healthy: true, changed: 1000 });
    expect(host.records).toEqual([
      '0 Backend_health b(127.0.0.1:80) Went healthy 4---X-RH 3 3 8 0.000000 0.000000 "HTTP/1.1 200 OK"',
    ]);
  });

  test("it becomes sick when fewer than threshold of the last window probes were good", async () => {
    const { host, backend } = make({
      probe: { name: "p", window: 4, threshold: 3, initial: 3, interval: 1 },
    });
    backend.warmUp();
    await host.advance(1);
    expect(backend.health().healthy).toBe(true);
    host.refused = { errno: 111, text: "Connection refused" };
    await host.advance(1);
    expect(backend.health().healthy).toBe(true);
    await host.advance(1);
    expect(backend.health()).toEqual({ healthy: false, changed: 1003 });
    expect(host.records.at(-1)).toMatch(/Went sick .* 2 3 4 .*"Open error 111 \(Connection refused\)"$/);
  });

  test("another status, an empty answer and nonsense are bad; a request of one's own is sent as it is", async () => {
    for (const answer of ["HTTP/1.1 503 No\r\n\r\n", "", "hello"]) {
      const { host, backend } = make({ probe: { name: "p" } });
      host.answer = (_, stream) => {
        stream.write(answer);
        stream.end();
      };
      backend.warmUp();
      await host.advance(0);
      expect(backend.health().healthy).toBe(false);
    }
    const host = stubHost();
    make({ probe: { name: "p", url: "/up" } }, host).backend.warmUp();
    make({ probe: { name: "p", request: ["GET /x HTTP/1.0", "X: y"] } }, host).backend.warmUp();
    await host.advance(0);
    await settle();
    expect(host.sent).toEqual([
      "GET /up HTTP/1.1\r\nHost: origin\r\nConnection: close\r\n\r\n",
      "GET /x HTTP/1.0\r\nX: y\r\n\r\n",
    ]);
  });

  test("it stops when its VCL goes cold, also while a probe is under way", async () => {
    const { host, backend } = make({ probe: { name: "p" } });
    let answer: () => void = () => undefined;
    host.answer = (_, stream) => void (answer = () => stream.end());
    backend.warmUp();
    await host.advance(0);
    backend.cool();
    answer();
    await settle();
    expect(host.timers).toBe(0);
    expect(host.records).toEqual([]);
  });
});

describe("addresses", () => {
  test("host, host:port, host port, [v6]:port and plain IPv6", () => {
    expect(splitHostPort("a.b:81")).toEqual({ host: "a.b", port: "81" });
    expect(splitHostPort("a.b 81")).toEqual({ host: "a.b", port: "81" });
    expect(splitHostPort("[::1]:81")).toEqual({ host: "::1", port: "81" });
    expect(splitHostPort("::1")).toEqual({ host: "::1", port: undefined });
    expect(splitHostPort("a.b")).toEqual({ host: "a.b", port: undefined });
  });

  test("the port is 80 unless given, a number, or a service that is known", async () => {
    const host = stubHost();
    const resolve = (definition: BackendDefinition) => resolveEndpoint("b", definition, host);
    expect(await resolve({ host: "192.0.2.1" })).toEqual({ name: "b", address: "192.0.2.1", port: 80 });
    expect(await resolve({ host: "::1", port: "https" })).toMatchObject({ address: "::1", port: 443 });
    expect(await resolve({ host: "[fe80::1%lo]:81" })).toEqual({
      name: "b",
      address: "fe80::1%lo",
      port: 81,
    });
    expect(await resolve({ path: "/run/x" })).toEqual({ name: "b", path: "/run/x" });
    await expect(resolve({ host: "::1", port: "nope" })).rejects.toThrow('port "nope" is not known');
  });
});

describe("layers of directors", () => {
  const layer = (name: string, resolve?: Director["resolve"]): Director => ({
    vclName: name,
    kind: "t",
    health: () => ({ healthy: true, changed: 0 }),
    ...(resolve && { resolve }),
  });

  test("a director is followed to a backend, over layers that wait as over those that do not", async () => {
    const backend = layer("b");
    const task = {} as Task;
    expect(
      resolveDirector(
        task,
        layer("top", () => layer("mid", () => backend)),
      ),
    ).toBe(backend);
    expect(
      await resolveDirector(
        task,
        layer("top", () => Promise.resolve(layer("mid", () => backend))),
      ),
    ).toBe(backend);
    expect(resolveDirector(task, undefined)).toBeUndefined();
  });

  test("directors that lead in a circle fail the task", async () => {
    const circle = layer("c", () => circle);
    const slow = layer("s", () => Promise.resolve(slow));
    expect(() => resolveDirector({} as Task, circle)).toThrow("Director c leads back to itself");
    await expect(resolveDirector({} as Task, slow)).rejects.toThrow("Director s leads back to itself");
  });

  test("no backend, and a director without one, fail the fetch with Varnish's texts", () => {
    expect(() => backendFor({} as Task, undefined)).toThrow("No backend");
    expect(() =>
      backendFor(
        {} as Task,
        layer("d", () => undefined),
      ),
    ).toThrow("Director d returned no backend");
  });
});
