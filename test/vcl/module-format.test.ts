import { expect, test } from "vitest";
import type { ModuleHead } from "../../src/runtime/vcl/module-format.js";
import { defineVcl } from "../../src/runtime/index.js";
import { compiled } from "../support/compile.js";

const policy = "vcl 4.1;\nbackend none none;\nsub vcl_recv { return (pass); }\n";
const looked = `vcl 4.1; import dynamic; import std; backend none none;
sub vcl_init { new d = dynamic.director(); }`;

test.each([
  ["nothing new", policy, 1],
  ["directors that are looked up, whose health nobody asks for", looked, 1],
  [
    "health that is waited for",
    `${looked} sub vcl_recv { if (std.healthy(d.backend("h"))) { return (pass); } }`,
    2,
  ],
])(
  "a module of %s states in its first line and to the runtime the oldest format that has it",
  async (_, vcl, format) => {
    const { text } = await compiled(vcl, "main.vcl");
    expect(text.split("\n")[0]).toBe(
      `// Compiled by vclc from main.vcl, module format ${format}. Change the VCL, not this file.`,
    );
    expect(text).toMatch(
      new RegExp(`defineVcl\\(\\s*{ format: ${format}, source: "main.vcl", version: 41 }`),
    );
  },
);

test.each([1, 2] as const)("the runtime takes format %i", (format) => {
  const head = { format, source: "main.vcl", version: 41 } as const;
  expect(defineVcl(head, () => ({}))).toMatchObject({ source: "main.vcl", version: 41, vmods: [] });
});

test.each([
  ["a later format", { format: 3, source: "main.vcl", version: 41 }, "module format 3"],
  ["no format", { source: "main.vcl", version: 41 }, "no module format"],
  ["the form of before there were formats", "main.vcl", "no module format"],
])("a module of %s is refused, with what to do", (_, head, found) => {
  expect(() => defineVcl(head as unknown as ModuleHead, () => ({}))).toThrow(
    `The module of main.vcl has ${found}, this vclc/runtime takes 1, 2: compile main.vcl again with the same version of vclc`,
  );
});
