import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { shippedVmods } from "../../src/cli/run/load-module.js";
import { className } from "../../src/vcc/typescript-types.js";
import { readVcc } from "../../src/vcc/read-vcc.js";

const folder = fileURLToPath(new URL("../../src/vmod", import.meta.url));
const shipped = readdirSync(folder);
const implemented = shipped.filter((name) => existsSync(`${folder}/${name}/index.ts`));

function interfaceOf(name: string) {
  const path = `${folder}/${name}/${name}.vcc`;
  return readVcc({ name: path, text: readFileSync(path, "latin1"), kind: "file" });
}

test.each(shipped)("%s has an interface of its name, and every function is documented", (name) => {
  const { interface: vmod, diagnostics } = interfaceOf(name);
  expect(diagnostics).toEqual([]);
  expect(vmod?.name).toBe(name);
  for (const { name: own, doc } of vmod?.functions.values() ?? []) expect(doc, own).not.toBe("");
});

test("vclc run knows every VMOD that is implemented, and no other", () => {
  expect(Object.keys(shippedVmods).sort()).toEqual([...implemented].sort());
});

test.each(implemented)("%s implements everything in its interface", async (name) => {
  const namespace = await shippedVmods[name]?.();
  const { interface: vmod } = interfaceOf(name);
  for (const { name: own } of vmod?.functions.values() ?? [])
    expect(namespace?.[own], own).toBeTypeOf("function");
  for (const own of vmod?.objects.keys() ?? []) {
    const made = namespace?.[className(own)] as { create?: unknown } | undefined;
    expect(made?.create, own).toBeTypeOf("function");
  }
});
