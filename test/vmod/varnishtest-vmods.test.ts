import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadVmod } from "../../src/host/node/vmod-loader.js";
import { compileVcl } from "../../src/cli/run/compile-vcl.js";
import { readVcc } from "../../src/vcc/read-vcc.js";

const folder = "test/support/vmods/varnishtest";

test.each(["debug", "vtc"])("%s, for Varnish's own tests, has what its interface declares", async (name) => {
  const path = `${folder}/${name}`;
  const reading = readVcc({ name: path, text: readFileSync(`${path}.vcc`, "latin1"), kind: "file" });
  expect(reading.diagnostics).toEqual([]);
  const vmod = reading.interface;
  expect(vmod).toBeDefined();
  await expect(loadVmod(path, vmod)).resolves.toBeDefined();
});

test("the parameter vmod_path says where VMODs are looked for, before those that are shipped", () => {
  const text = "vcl 4.1; import vtc; backend none none; sub vcl_recv { vtc.sleep(0s); }";
  const settings = { unused: "error", vclPath: [] } as const;
  const job = { name: "boot", text, settings };
  expect(compileVcl(job, {}, false).output).toBeUndefined();
  const { output } = compileVcl({ ...job, settings: { ...settings, vmodPath: [folder] } }, {}, false);
  expect(output?.imports[0]).toMatchObject({ name: "vtc", origin: { kind: "path" } });
});
