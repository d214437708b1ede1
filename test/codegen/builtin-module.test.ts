import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { builtinModule } from "../../src/codegen/builtin-module.js";

test("the runtime's built-in module is what builtin.vcl compiles to (else: npm run builtin)", async () => {
  const committed = readFileSync(new URL("../../src/runtime/builtin-module.ts", import.meta.url), "utf8");
  expect(await builtinModule()).toBe(committed);
});
