import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MemoryHost, request } from "../../src/host/memory/index.js";
import { nodeSourceReader } from "../../src/host/node/source-reader.js";
import { loadJavaScript } from "../../src/codegen/load.js";
import * as runtime from "../../src/runtime/index.js";
import { Instance } from "../../src/runtime/instance.js";
import { vmodFinder } from "../../src/vcc/find-vmods.js";
import { compiledToLoad, testOptions } from "../support/compile.js";
import { temporaryFolder } from "../support/cli.js";

const vcc = `$Module state 3 "Keeps what its events and its functions say"
$Event event
$Function STRING all(PRIV_VCL, PRIV_CALL, STRING word)
`;
const implementation = `
export const ended = [];
export function event(_task, priv, what) {
  priv.value ??= [];
  priv.value.push(what);
  priv.fini ??= (words) => ended.push("vcl " + words.join(" "));
}
export function all(_task, vcl, call, word) {
  call.value = word;
  call.fini = (value) => ended.push("call " + value);
  vcl.value.push(word);
  return vcl.value.join(" ");
}
`;
const vcl = `vcl 4.1;
import state;
import state as again;
backend none_here none;
sub vcl_recv { return (synth(200, state.all("one") + ", " + again.all("two"))); }
`;

test("a VMOD's events and its functions with PRIV_VCL have one state in a VCL, whatever it is imported as; it ends after that of call sites", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "state.vcc"), vcc);
  writeFileSync(join(folder, "state.mjs"), implementation);
  const vmod = (await import(join(folder, "state.mjs"))) as { readonly ended: string[] };
  const vmods = new Map<string, object>([
    ["state", vmod],
    ["again", { ...vmod }],
  ]);
  const options = { ...testOptions(), vmods: vmodFinder(nodeSourceReader, { vmodPath: [folder] }) };
  const linked = (text: string) =>
    loadJavaScript(compiledToLoad(text, "main.vcl", options), { runtime, vmods });
  const instance = new Instance(new MemoryHost());
  await instance.load("first", linked(vcl));
  await instance.use("first");
  expect((await request(instance, { url: "/" })).reason).toBe("load warm one, load warm one two");
  await instance.load("second", linked(vcl));
  await instance.use("second");
  expect((await request(instance, { url: "/" })).reason).toBe("load warm one, load warm one two");
  await instance.discard("first");
  expect(vmod.ended).toEqual(["call one", "call two", "vcl load warm one two cold discard"]);
});
