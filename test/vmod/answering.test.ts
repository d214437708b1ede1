import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { transpileModule, ModuleKind, ScriptTarget } from "typescript";
import { MemoryHost, request } from "../../src/host/memory/index.js";
import { nodeSourceReader } from "../../src/host/node/source-reader.js";
import { loadJavaScript } from "../../src/codegen/load.js";
import * as runtime from "../../src/runtime/index.js";
import type { BackendResponse, RawHeader } from "../../src/runtime/index.js";
import { Instance } from "../../src/runtime/instance.js";
import { vmodFinder } from "../../src/vcc/find-vmods.js";
import { compiledToLoad, testOptions } from "../support/compile.js";
import { temporaryFolder } from "../support/cli.js";

const shipped = fileURLToPath(new URL("../../src/vmod", import.meta.url));
const head = "vcl 4.1; import counting; import directors; backend none none;\n";
const direct = `sub vcl_init { new pages = counting.pages(); }
sub vcl_recv { set req.backend_hint = pages.backend(); }`;

/** The example of docs/vmod-guide.md as a module. */
async function exampleOfTheGuide(folder: string): Promise<object> {
  const guide = readFileSync(new URL("../../docs/vmod-guide.md", import.meta.url), "utf8");
  const example = /## Backends that answer by themselves[\s\S]*?```ts\n([\s\S]*?)```/.exec(guide)?.[1] ?? "";
  const compilerOptions = { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 };
  writeFileSync(join(folder, "counting.mjs"), transpileModule(example, { compilerOptions }).outputText);
  return (await import(join(folder, "counting.mjs"))) as object;
}

async function running(vcl: string, change: (vmod: object) => object = (vmod) => vmod) {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, "counting.vcc"),
    '$Module counting 3 "Counts"\n$Object pages()\n$Method BACKEND .backend()\n',
  );
  const vmods = new Map([
    ["counting", change(await exampleOfTheGuide(folder))],
    ["directors", await import("../../src/vmod/directors/index.js")],
  ]);
  const options = { ...testOptions(), vmods: vmodFinder(nodeSourceReader, { vmodPath: [folder], shipped }) };
  const host = new MemoryHost();
  const instance = new Instance(host);
  await instance.load(
    "a",
    loadJavaScript(compiledToLoad(head + vcl, "main.vcl", options), { runtime, vmods }),
  );
  await instance.use("a");
  return { host, instance };
}

test("S3-07 S3-08 S3-10: a VMOD is a backend: status, headers and a body in pieces, with no change of the core; hits come from the cache", async () => {
  const { host, instance } = await running(direct);
  const page = await request(instance, { url: "/3" });
  expect([page.status, page.header("content-type"), page.body]).toEqual([200, "text/plain", "1\n2\n3\n"]);
  expect((await request(instance, { url: "/three" })).status).toBe(404);
  expect((await request(instance, { url: "/3" })).body).toBe("1\n2\n3\n");
  expect(host.captured.texts("Hit")).toHaveLength(1);
});

test("S3-07: it is a member of directors", async () => {
  const { instance } = await running(`sub vcl_init {
    new pages = counting.pages(); new rr = directors.round_robin(); rr.add_backend(pages.backend()); }
  sub vcl_recv { set req.backend_hint = rr.backend(); return (pass); }`);
  expect((await request(instance, { url: "/2" })).body).toBe("1\n2\n");
});

/** Its pages have a body of the test's making. */
function answering(headers: RawHeader[], framing: "length" | "eof", body: () => AsyncGenerator<Uint8Array>) {
  return (): object => ({
    Pages: {
      create: (task: { addDirector(director: object): void }, vclName: string) => {
        const fetch = (): Promise<BackendResponse> =>
          Promise.resolve({ status: 200, reason: "", proto: "HTTP/1.1", headers, framing, body: body() });
        const director = { vclName, kind: "test", health: () => ({ healthy: true, changed: 0 }), fetch };
        task.addDirector(director);
        return { backend: () => director };
      },
    },
  });
}

test("S3-08: a length that is told goes to the client; a body that fails is no complete object", async () => {
  let fail = false;
  const vmod = answering([["Content-Length", "4"]], "length", async function* () {
    yield new TextEncoder().encode("ab");
    await Promise.resolve();
    if (fail) throw new Error("the disk is gone");
    yield new TextEncoder().encode("cd");
  });
  const { host, instance } = await running(
    `${direct} sub vcl_backend_response { set beresp.do_stream = false; }`,
    vmod,
  );
  const page = await request(instance, { url: "/" });
  expect([page.body, page.header("content-length")]).toEqual(["abcd", "4"]);
  fail = true;
  expect((await request(instance, { url: "/fails" })).status).toBe(503);
  expect(host.captured.texts("FetchError").join("\n")).toContain("the disk is gone");
});

test("S3-08: a body that nobody wants is given back after what has been read of it", async () => {
  let read = 0;
  let closed = false;
  const vmod = answering([["Content-Encoding", "gzip"]], "eof", async function* () {
    try {
      for (;;) {
        read += 1;
        yield await Promise.resolve(new Uint8Array(1000));
      }
    } finally {
      closed = true;
    }
  });
  const { instance } = await running(
    `${direct} sub vcl_backend_response { set beresp.do_gunzip = true; set beresp.do_stream = false; }`,
    vmod,
  );
  expect((await request(instance, { url: "/" })).status).toBe(503);
  expect(read).toBeLessThan(3);
  expect(closed).toBe(true);
});
