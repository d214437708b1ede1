import { expect, test } from "vitest";
import { moduleFormat } from "../../src/codegen/module-format.js";
import type { ModuleHead } from "../../src/runtime/vcl/module-format.js";
import { defineVcl } from "../../src/runtime/index.js";
import { compiled } from "../support/compile.js";

const policy = "vcl 4.1;\nbackend none none;\nsub vcl_recv { return (pass); }\n";

test("an emitted module states its format in its first line and to the runtime, and nothing of vclc's version", async () => {
  const { text } = await compiled(policy, "main.vcl");
  expect(text.split("\n")[0]).toBe(
    `// Compiled by vclc from main.vcl, module format ${moduleFormat}. Change the VCL, not this file.`,
  );
  expect(text).toContain(`defineVcl({ format: ${moduleFormat}, source: "main.vcl", version: 41 }`);
});

test("the runtime takes the format that the compiler writes", () => {
  const head = { format: moduleFormat, source: "main.vcl", version: 41 } as const;
  expect(defineVcl(head, () => ({}))).toMatchObject({ source: "main.vcl", version: 41, vmods: [] });
});

test.each([
  ["a later format", { format: 2, source: "main.vcl", version: 41 }, "module format 2"],
  ["no format", { source: "main.vcl", version: 41 }, "no module format"],
  ["the form of before there were formats", "main.vcl", "no module format"],
])("a module of %s is refused, with what to do", (_, head, found) => {
  expect(() => defineVcl(head as unknown as ModuleHead, () => ({}))).toThrow(
    `The module of main.vcl has ${found}, this vclc/runtime takes 1: compile main.vcl again with the same version of vclc`,
  );
});
