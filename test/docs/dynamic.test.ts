import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compiled } from "../support/compile.js";
import { codeBlocks } from "../support/transcript.js";

const page = readFileSync("docs/dynamic.md", "utf8");

test("S0-05 S0-26 docs/dynamic.md names the baseline, as its .vcc does, and says how many servers an onloader should have", () => {
  const vcc = readFileSync("src/vmod/dynamic/dynamic.vcc", "utf8");
  const [, baseline = "none"] = /libvmod-dynamic \(([0-9a-f]{7}),/.exec(vcc) ?? [];
  expect(page).toContain(`commit ${baseline} of libvmod-dynamic`);
  expect(page.replaceAll("\n", " ")).toMatch(/More servers in haproxy mean more TLS sessions/);
});

test("S0-27 S0-28 S0-30 S0-39 the VCL that it shows compiles, the change log's example with the sub that there is", async () => {
  const examples = codeBlocks(page, "vcl");
  expect(examples).toHaveLength(2);
  for (const text of examples) await expect(compiled(text)).resolves.toBeDefined();
  expect(examples[1]).toContain("sub vcl_backend_fetch");
});
