import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { NodeHost } from "vclc/host/node";
import { latin1Bytes, type Endpoint, type OffLoopJob } from "vclc/runtime";
import { probeExchange, type ProbeAnswer } from "../../src/runtime/backend/probe-exchange.js";
import { readEndpointConfig } from "../../src/vmod/svc/endpoint-config.js";
import { readTopology } from "../../src/vmod/topology/topology-config.js";
import { BackendOver } from "../support/backend-over.js";
import { rawOrigin } from "../support/raw-http.js";

const host = new NodeHost({ log: { record: () => undefined } });
let folder: string;
let changes: number;
let stop: () => void;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vclc-host-"));
  changes = 0;
  stop = () => undefined;
});

afterEach(() => {
  stop();
  rmSync(folder, { recursive: true });
});

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(condition()).toBe(true);
}

function watch(path: string): void {
  stop = host.watchFile(path, () => void changes++);
}

describe("watching a file", () => {
  test("writing, replacing by rename, removing and making it again are each noticed", async () => {
    const path = join(folder, "e.yaml");
    writeFileSync(path, "1");
    watch(path);
    writeFileSync(path, "22");
    await until(() => changes === 1);
    writeFileSync(join(folder, "new"), "333");
    renameSync(join(folder, "new"), path);
    await until(() => changes === 2);
    unlinkSync(path);
    await until(() => changes === 3);
    writeFileSync(path, "4");
    await until(() => changes === 4);
  });

  test("many writes in a row are one change, and other files are none", async () => {
    const path = join(folder, "e.yaml");
    writeFileSync(path, "1");
    watch(path);
    writeFileSync(join(folder, "other"), "x");
    for (let i = 0; i < 5; i++) writeFileSync(path, "x".repeat(i + 2));
    await until(() => changes > 0);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(changes).toBe(1);
  });

  test("a link that is pointed elsewhere, as orchestrators swap configuration, is noticed", async () => {
    for (const name of ["one", "two"]) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "e.yaml"), name);
    }
    symlinkSync("one", join(folder, "data"));
    symlinkSync("data/e.yaml", join(folder, "e.yaml"));
    watch(join(folder, "e.yaml"));
    symlinkSync("two", join(folder, "data.new"));
    renameSync(join(folder, "data.new"), join(folder, "data"));
    await until(() => changes === 1);
  });

  test("a folder that does not exist is no error, and a stopped watch is silent", async () => {
    watch(join(folder, "none", "e.yaml"));
    stop();
    const path = join(folder, "e.yaml");
    watch(path);
    stop();
    writeFileSync(path, "1");
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(changes).toBe(0);
  });
});

describe("files and names", () => {
  test("a file is read as bytes, and why it cannot be read is one line", async () => {
    writeFileSync(join(folder, "f"), Buffer.from([0xc3, 0xa9]));
    expect(await host.readFile(join(folder, "f"))).toBe("\xc3\xa9");
    await expect(host.readFile(join(folder, "g"))).rejects.toThrow(/^no such file or directory$/);
    expect([await host.fileExists(folder), await host.fileExists(join(folder, "g"))]).toEqual([true, false]);
  });

  test("a path's real one is that behind its links; there is none of what is not there", async () => {
    writeFileSync(join(folder, "real"), "");
    symlinkSync("real", join(folder, "link"));
    expect(await host.realPath(join(folder, "link"))).toBe(await host.realPath(join(folder, "real")));
    expect(await host.realPath(join(folder, "nothing"))).toBeUndefined();
  });

  test("the built host reads files on a thread of its own; in a checkout's sources there is none", async () => {
    expect(host.offLoop("services", latin1Bytes("services: {}"))).toBeUndefined();
    const { NodeHost: Built } = (await import(pathToFileURL(resolve("dist/host/node/index.js")).href)) as {
      readonly NodeHost: typeof NodeHost;
    };
    const built = new Built();
    onTestFinished(() => built.close());
    const services = "services: { a: { endpoints: [x] } }";
    const nodes = "{ director: api, nodes: { n: { layer: edge }, o: { layer: origin, address: x } } }";
    const run = async (job: OffLoopJob, text: string, variant?: string): Promise<unknown> => {
      const given = latin1Bytes(text);
      const { answer, bytes } = (await built.offLoop(job, given, variant)) ?? {};
      // The memory went there and is back.
      expect([given.length, bytes]).toEqual([0, latin1Bytes(text)]);
      return answer;
    };
    expect(await run("services", services)).toEqual(readEndpointConfig(services));
    expect(await run("topology", nodes, "n")).toEqual(readTopology(nodes, "n"));
    expect(await run("routes", "{ groups: {}, hosts: {} }")).toMatchObject({ services: [] });
    await expect(run("services", "services:\n  a: [")).rejects.toThrow(/^line 2: [^\n]+$/);
  });

  test("a name that does not resolve is one line", async () => {
    expect(await host.resolveName("localhost")).toContain("127.0.0.1");
    await expect(host.resolveName("nowhere.invalid")).rejects.toThrow(/^[^\n]+$/);
  });
});

describe("probe exchange", () => {
  const ask = (endpoint: Partial<Endpoint>, timeout: number, expectClose = true): Promise<ProbeAnswer> =>
    probeExchange(host, {
      endpoint: { name: "b", ...endpoint },
      preamble: ({ local }) => `PROBE ${local.address}\r\n`,
      transport: undefined,
      request: "GET / HTTP/1.1\r\n\r\n",
      timeout,
      expectClose,
    });
  const at = (port: number) => ({ address: "127.0.0.1", port });

  test("what is written arrives, and what comes until the close is the answer", async () => {
    const origin = await rawOrigin((head, socket) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${head}`));
    expect(await ask(at(origin.port), 5)).toEqual({
      reached: "4",
      sent: true,
      answer: "HTTP/1.1 200 OK\r\n\r\nPROBE 127.0.0.1\r\nGET / HTTP/1.1\r\n\r\n",
    });
    await origin.close();
  });

  test("a refused connection and a time-out have Varnish's texts", async () => {
    const origin = await rawOrigin(() => undefined);
    expect(await ask(at(origin.port), 0.1)).toMatchObject({
      reached: "4",
      sent: true,
      failure: expect.stringMatching(/^Poll timeout 0.100s exceeded by \d.\d{3}s$/) as string,
    });
    await origin.close();
    expect(await ask(at(origin.port), 5)).toEqual({
      reached: undefined,
      sent: false,
      answer: "",
      failure: "Open error 111 (Connection refused)",
    });
  });

  test("an answer that is there when the time is over is good unless the close was expected (.expect_close)", async () => {
    const origin = await rawOrigin((_, socket) => void socket.write("HTTP/1.1 200 OK\r\n\r\n"));
    expect(await ask(at(origin.port), 0.5, false)).toMatchObject({ answer: "HTTP/1.1 200 OK\r\n\r\n" });
    expect((await ask(at(origin.port), 0.5)).failure).toContain("Poll timeout");
    await origin.close();
  });

  test("Unix sockets work, abstract ones too, for probes as for requests", async () => {
    for (const path of [join(folder, "s"), `@vclc-${process.pid}`]) {
      const server = createServer((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
      await new Promise<void>((resolve) => server.listen(path.replace(/^@/, "\0"), resolve));
      expect(await ask({ path }, 5)).toMatchObject({
        reached: "U",
        answer: expect.stringContaining("200 OK") as string,
      });
      const over = new BackendOver(host, { path });
      expect(await over.text()).toBe("ok");
      expect(over.texts("BackendOpen")[0]).toMatch(/ 0\.0\.0\.0 0 0\.0\.0\.0 0 connect$/);
      server.close();
    }
  });
});
