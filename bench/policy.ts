import { readFileSync } from "node:fs";
import { runCase } from "../src/cli/test/run-case.js";
import { compilePolicy } from "../src/cli/test/policy.js";
import { readTests } from "../src/cli/test/read-tests.js";
import { defaultFormat, formatVcl } from "../src/format/format.js";
import { generateVcl } from "./generate-vcl.js";
import { aim, milliseconds, row } from "./measure.js";

const cases = 1000;

/** What people wait for who write policy: laying a large file out, and tests. */
export async function benchPolicy(): Promise<void> {
  console.log("\nFormatting and tests, in this process");
  const text = generateVcl(10_000);
  const fmt = await milliseconds(3, () =>
    formatVcl({ name: "large.vcl", text, kind: "file" }, defaultFormat),
  );
  row("vclc fmt, 10,000 lines", `${fmt.toFixed(0)} ms`, aim(fmt, 1000, "ms"));
  const tests = readTests(readFileSync("examples/testing/shop.test.yaml", "utf8"));
  const main = compilePolicy("examples/testing/shop.vcl", {}, false);
  const all = await milliseconds(1, async () => {
    for (let at = 0; at < cases; at++) {
      const test = tests[at % tests.length];
      if (test && (await runCase(test, { main, labels: [] })).length > 0)
        throw new Error(`${test.name} fails`);
    }
  });
  row(`vclc test, ${cases} cases`, `${all.toFixed(0)} ms`, `${(all / cases).toFixed(2)} ms each`);
  const grace = tests.find(({ name }) => name.startsWith("ten minutes"));
  if (!grace) return;
  const one = await milliseconds(9, () => runCase(grace, { main, labels: [] }));
  row("ten minutes of grace", `${one.toFixed(1)} ms`, aim(one, 10, "ms"));
}
