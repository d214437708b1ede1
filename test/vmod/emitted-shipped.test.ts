import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { nodeSourceReader } from "../../src/host/node/source-reader.js";
import { vmodFinder } from "../../src/vcc/find-vmods.js";
import { compiled } from "../support/compile.js";
import { everyCall } from "../support/every-call.js";
import { strictDiagnostics } from "../support/strict.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const shipped = join(root, "src/vmod");

test("a module that calls everything in a shipped VMOD passes strict tsc", { timeout: 90_000 }, async () => {
  const finder = vmodFinder(nodeSourceReader, { shipped });
  const modules = new Map<string, string>();
  for (const name of readdirSync(shipped)) {
    const found = finder.find(name);
    if (!found || !("interface" in found)) throw new Error(`${name}.vcc cannot be read`);
    const { text } = await compiled(everyCall(found.interface), `${name}.vcl`);
    expect(text).toMatch(new RegExp(`^import \\* as \\w+ from "vclc/vmod/${name}";$`, "m"));
    modules.set(join(root, `${name}.vcl.ts`), text);
  }
  expect([...modules.keys()].length).toBeGreaterThanOrEqual(20);
  expect(strictDiagnostics(modules)).toBe("");
});

test("a wrong call of a shipped VMOD would not pass", { timeout: 60_000 }, () => {
  const wrong =
    'import type { Task } from "vclc/runtime";\nimport * as h2 from "vclc/vmod/h2";\nexport const is = (task: Task): string => h2.is(task);\n';
  expect(strictDiagnostics(new Map([[join(root, "wrong.ts"), wrong]]))).toContain(
    "Type 'boolean' is not assignable to type 'string'",
  );
});
