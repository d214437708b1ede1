import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const table = "src/cli/run/load-module.ts";
const entry = '  tls: () => import("../../vmod/tls/index.js"),\n';
const taken = ["src/vmod/tls", "test/tls"];

/** A copy of the project without the module, its tests, and its line in the table of what is shipped. */
describe("S3-04 S3-05 S3-27 S3-31 S3-32 the project without the folder of the TLS module", () => {
  const copy = mkdtempSync(join(tmpdir(), "vclc-without-tls-"));
  const run = (...args: string[]): { readonly status: number | null; readonly output: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: "utf8" });
    return { status, output: stdout + stderr };
  };

  beforeAll(() => {
    const kept = (path: string): boolean => !taken.some((folder) => path === resolve(folder));
    for (const name of ["src", "test", "lint", "scripts", "fixtures", "grammar", "examples", "bench"]) {
      cpSync(resolve(name), join(copy, name), { recursive: true, filter: kept });
    }
    for (const name of ["package.json", "tsconfig.json", "vitest.config.ts", "README.md"]) {
      cpSync(name, join(copy, name));
    }
    symlinkSync(resolve("node_modules"), join(copy, "node_modules"));
    const text = readFileSync(join(copy, table), "utf8");
    expect(text).toContain(entry);
    writeFileSync(join(copy, table), text.replace(entry, ""));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test("its types are right, tests and all", { timeout: 180_000 }, () => {
    expect(run("node_modules/typescript/bin/tsc", "-p", ".")).toEqual({ status: 0, output: "" });
  });

  test("it is built, runs, and says what it has not", { timeout: 180_000 }, () => {
    expect(run("scripts/build.mjs", "--no-types")).toMatchObject({ status: 0 });
    writeFileSync(join(copy, "main.vcl"), "vcl 4.1; backend b none;\n");
    const args = ["dist/cli/vclc.js", "run", "-f", "main.vcl", "-a", "127.0.0.1:0,tls=x.pem"];
    const refused = run(...args);
    expect(refused.status).toBe(2);
    expect(refused.output).toContain("this vclc was built without TLS");
  });

  test(
    "its own tests of HTTP pass, those of connections through a transport among them",
    {
      timeout: 180_000,
    },
    () => {
      const { status, output } = run("node_modules/vitest/vitest.mjs", "run", "test/wire", "test/backend");
      expect(output).toMatch(/Tests .*\d{3} passed/);
      expect(status).toBe(0);
    },
  );
});
