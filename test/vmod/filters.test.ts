import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { transpileModule, ModuleKind, ScriptTarget } from "typescript";
import { MemoryHost, request } from "../../src/host/memory/index.js";
import { nodeSourceReader } from "../../src/host/node/source-reader.js";
import { loadJavaScript } from "../../src/codegen/load.js";
import * as runtime from "../../src/runtime/index.js";
import { Instance } from "../../src/runtime/instance.js";
import { vmodFinder } from "../../src/vcc/find-vmods.js";
import { compiledToLoad, testOptions } from "../support/compile.js";
import { temporaryFolder } from "../support/cli.js";

const vcl = `vcl 4.1;
import loud;
backend b { .host = "127.0.0.1"; }
sub vcl_deliver { if (req.url == "/loud") { set resp.filters = "shout"; } else { set resp.filters = "mute"; } }
`;

/** The example of docs/vmod-guide.md as a module. */
async function exampleOfTheGuide(folder: string): Promise<object> {
  const guide = readFileSync(new URL("../../docs/vmod-guide.md", import.meta.url), "utf8");
  const example = /## Filters of bodies[\s\S]*?```ts\n([\s\S]*?)```/.exec(guide)?.[1] ?? "";
  const compilerOptions = { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 };
  writeFileSync(join(folder, "loud.mjs"), transpileModule(example, { compilerOptions }).outputText);
  writeFileSync(
    join(folder, "loud.vcc"),
    '$Module loud 3 "Shouts"\n$Event event\n$Function VOID nothing()\n',
  );
  return { ...((await import(join(folder, "loud.mjs"))) as object), nothing: () => undefined };
}

test("a VMOD adds a filter that VCL names; it belongs to the VCLs that import the VMOD", async () => {
  const folder = temporaryFolder();
  const vmods = new Map([["loud", await exampleOfTheGuide(folder)]]);
  const options = { ...testOptions(), vmods: vmodFinder(nodeSourceReader, { vmodPath: [folder] }) };
  const host = new MemoryHost();
  host.origin("*", () => ({ body: "hello, world" }));
  const instance = new Instance(host);
  await instance.load("a", loadJavaScript(compiledToLoad(vcl, "main.vcl", options), { runtime, vmods }));
  await instance.load("b", loadJavaScript(compiledToLoad(vcl, "main.vcl", options), { runtime, vmods }));
  await instance.use("b");
  const loud = await request(instance, { url: "/loud" });
  expect([loud.body, loud.header("x-voice"), loud.header("content-length")]).toEqual([
    "HELLO, WORLD",
    "loud",
    "12",
  ]);
  await expect(request(instance, { url: "/mute" })).rejects.toThrow();
  expect(host.captured.texts("Error")).toEqual(["Filter '...mute' not found", "Failure to push processors"]);
});
