import { loadJavaScript } from "../../src/codegen/load.js";
import { MemoryHost, request } from "../../src/host/memory/index.js";
import * as runtime from "../../src/runtime/index.js";
import { Instance } from "../../src/runtime/instance.js";
import { compiledToLoad } from "./compile.js";

/** VMODs by the names they are imported under. */
export type Vmods = Readonly<Record<string, object>>;

/** An instance that runs this VCL with these VMODs, over one origin that answers with its name, `a`. */
export async function runVcl(vmods: Vmods, vcl: string): Promise<{ host: MemoryHost; instance: Instance }> {
  const host = new MemoryHost();
  host.origin("192.0.2.1:80", () => ({ body: "a" }));
  const instance = new Instance(host);
  await loadVcl(instance, "boot", vmods, vcl);
  return { host, instance };
}

/** Loads a VCL with these VMODs into an instance and switches to it. */
export async function loadVcl(instance: Instance, name: string, vmods: Vmods, vcl: string): Promise<void> {
  const imports = Object.keys(vmods).map((vmod) => `import ${vmod};`);
  const text = `vcl 4.1;\n${imports.join(" ")}\nbackend default { .host = "192.0.2.1"; }\n${vcl}`;
  await instance.load(
    name,
    loadJavaScript(compiledToLoad(text), { runtime, vmods: new Map(Object.entries(vmods)) }),
  );
  await instance.use(name);
}

/** What a request gets for this body of vcl_recv, which ends in a synth whose reason is the answer. */
export async function reasonOf(
  vmods: Vmods,
  statements: string,
  headers: [string, string][] = [],
): Promise<string> {
  const { instance } = await runVcl(vmods, `sub vcl_recv { ${statements} }`);
  return (await request(instance, { url: "/", headers })).reason;
}
