import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { RawSourceMap } from "source-map";
import { describe, expect, test } from "vitest";
import { loadJavaScript } from "../../src/codegen/load.js";
import * as runtime from "../../src/runtime/index.js";
import { compiledToLoad } from "../support/compile.js";
import { coveredLines, type ScriptCoverage } from "../support/coverage.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A leak is 70 KB a load, some 60 MB here; feedback and code of the compiler itself come to a megabyte, more or less. */
const flat = 4 * 1024 * 1024;

function run(nodeOptions: readonly string[], ...args: readonly string[]): string {
  const script = ["scripts/run.mjs", "test/support/load-rounds.ts", ...args];
  return execFileSync(process.execPath, [...nodeOptions, ...script], { cwd: root, encoding: "utf8" });
}

describe("loading into the running process", () => {
  test("the loaded module is the one that was compiled: same source name, version and subs", () => {
    const output = compiledToLoad("vcl 4.0; backend default none; sub vcl_recv { return (pass); }", "a.vcl");
    const module = loadJavaScript(output, { runtime, vmods: new Map() });
    expect(module).toMatchObject({ source: "a.vcl", version: 40, vmods: [] });
  });

  test("a VMOD that is not linked is an error before any code runs", () => {
    const output = compiledToLoad(
      'vcl 4.1; import std; backend default none; sub vcl_recv { std.log("x"); }',
    );
    expect(() => loadJavaScript(output, { runtime, vmods: new Map() })).toThrow("VMOD std is not linked");
  });

  test("1,000 rounds of loading, running and discarding 500 lines leave the heap flat", () => {
    const { early, late } = JSON.parse(run(["--expose-gc"], "rounds", "1000")) as {
      early: number;
      late: number;
    };
    const kilobytes = (bytes: number) => Math.round(bytes / 1024);
    console.log(`heap after 100 rounds ${kilobytes(early)} KB, after 1,000 rounds ${kilobytes(late)} KB`);
    expect(late - early).toBeLessThan(flat);
  }, 120_000);

  test("with source maps enabled the heap stays as flat", () => {
    const { early, late } = JSON.parse(run(["--expose-gc", "--enable-source-maps"], "rounds", "300")) as {
      early: number;
      late: number;
    };
    expect(late - early).toBeLessThan(flat);
  }, 120_000);

  test("an error's stack under --enable-source-maps names line and column of the VCL", () => {
    expect(run(["--enable-source-maps"], "trace")).toContain("main.vcl:5:32");
  });

  test("V8's coverage of a loaded policy, put through its map, is that of the VCL's lines", async () => {
    const report = JSON.parse(run([], "coverage")) as {
      script: ScriptCoverage;
      text: string;
      map: RawSourceMap;
    };
    const lines = await coveredLines(report.script, report.text, report.map);
    expect(lines.get("run")).toEqual([2, 3, 4, 5]);
    expect(lines.get("not run")).toEqual([6, 7]);
  });
});
