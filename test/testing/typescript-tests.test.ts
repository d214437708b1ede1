import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, vclc } from "../support/cli.js";

const policy = `vcl 4.1;
backend default { .host = "a.example"; }
sub vcl_recv {
    if (req.url == "/gone") {
        return (synth(410));
    }
}
`;
const passing = `import { load } from "vclc/testing";
import { describe, expect, test } from "vitest";
describe("pages", () => {
  test("are there", async () => {
    const policy = await load("p.vcl", { backends: { default: { body: "x" } } });
    expect((await policy.request({ url: "/" })).status).toBe(200);
  });
  test.skip("are not looked at", () => {});
});
`;
const failing = `import { load } from "vclc/testing";
import { expect, test } from "vitest";
test("are gone", async () => {
  const policy = await load("p.vcl");
  expect((await policy.request({ url: "/gone" })).status).toBe(200);
});
test("are as long", () => {
  expect("one").toBe("two");
});
`;
const endless = `import "vclc/testing";
import { test } from "vitest";
test.skip("is skipped", () => {});
test("ends", () => new Promise((over) => setTimeout(over, 300)));
test("loops", () => { for (;;); });
test("never begins", () => {});
`;
const yaml = "name: in YAML\nrequest: { url: / }\nexpectations: { response: { status: 200 } }\n";

/** A project; what it has installed are links to what this one has. */
function projectWith(files: Readonly<Record<string, string>>, installed = ["vclc", "vitest"]): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "node_modules"));
  for (const name of installed)
    symlinkSync(
      name === "vclc" ? resolve(".") : resolve("node_modules", name),
      join(folder, "node_modules", name),
    );
  const all = { "package.json": '{ "type": "module" }', "p.vcl": policy, ...files };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
  return folder;
}

const withoutTimes = (text: string): string => text.replace(/[\d.]+ ms/g, "0 ms");

describe("tests in TypeScript", () => {
  test("run by vitest, and stand in one report with the others", async () => {
    const files = { "a.test.ts": passing, "b.test.ts": failing, "p.test.yaml": yaml };
    const folder = projectWith({ ...files, "other.test.ts": "throw new Error('not about VCL');" });
    const { code, stdout, stderr } = await vclc(["test", "--coverage", "cov"], folder);
    expect(stderr).toBe("");
    expect(withoutTimes(stdout)).toBe(`p.test.yaml
  ✓ in YAML (0 ms)
a.test.ts
  ✓ pages > are there (0 ms)
  - pages > are not looked at (skipped)
b.test.ts
  ✗ are gone (0 ms)
  b.test.ts:5:59: expected 410 to be 200 // Object.is equality
    as compared
      expected 200
      got      410
  ✗ are as long (0 ms)
  b.test.ts:8:17: expected 'one' to be 'two' // Object.is equality
    as compared
      expected two
      got      one

2 passed, 2 failed, 1 skipped (0 ms)

   lines branches
 100.0 %  100.0 %  p.vcl
`);
    expect(code).toBe(1);
    expect(readFileSync(join(folder, "cov/lcov.info"), "utf8")).toContain("DA:4,3\nDA:5,1\n");
  }, 60_000);

  test("in each format, with the filter and in a shard", async () => {
    const folder = projectWith({ "a.test.ts": passing, "b.test.ts": failing, "p.test.yaml": yaml });
    const of = (...args: readonly string[]) => vclc(["test", ...args], folder);
    expect((await of("--format", "tap")).stdout).toMatch(
      /^ok 3 - a\.test\.ts: pages > are not looked at # SKIP$/m,
    );
    expect(JSON.parse((await of("--format", "json", "--jobs", "2")).stdout)).toMatchObject({
      ...{ passed: 2, failed: 2, skipped: 1 },
    });
    const junit = await of("--format", "junit");
    expect(junit.stdout).toContain('<testsuites name="vclc test" tests="5" failures="2" errors="0">');
    expect(junit.stdout).toContain("<skipped/>");
    const filtered = await of("--filter", "there$");
    expect(filtered).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 passed, 0 failed (") as string,
    });
    const shard = await of("--shard", "1/3");
    expect(shard).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^a\.test\.ts\n[^]*1 passed, 0 failed/) as string,
    });
  }, 90_000);

  test("a file that does not end, does not compile, or is not included, fails, the others run", async () => {
    const folder = projectWith({
      "a.test.ts": endless,
      "b.test.ts": `import "vclc/testing"; import "./nowhere.js";`,
      "c.test.ts": passing,
      "d.test.ts": `import "vclc/testing"; throw new Error("oops");`,
      "vitest.config.js": `export default { test: { exclude: ["d.test.ts", "node_modules/**"] } };`,
    });
    const { code, stdout } = await vclc(["test", "--timeout", "2"], folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /a\.test\.ts\n {2}✗ can be run .*\n {4}did not come to its end, with 2 s for each test: it stopped in "(ends|loops)", or soon after it\n/,
    );
    expect(stdout).toMatch(/b\.test\.ts\n {2}✗ can be run .*\n {4}Cannot find module '\.\/nowhere\.js'/);
    expect(stdout).toContain("✓ pages > are there");
    expect(stdout).toMatch(/d\.test\.ts\n {2}✗ can be run .*\n {4}vitest did not run it: /);
  }, 90_000);

  test("without vitest, what to install is told", async () => {
    const folder = projectWith({ "a.test.ts": passing, "p.test.yaml": yaml }, ["vclc"]);
    const { code, stdout } = await vclc(["test"], folder);
    expect(code).toBe(1);
    expect(stdout).toContain("✓ in YAML");
    expect(stdout).toContain(
      `tests in TypeScript are run by vitest, which is not installed; in ${folder}: npm install --save-dev vitest`,
    );
  }, 30_000);
});
