import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, vclc } from "../support/cli.js";

const good = 'vcl 4.1;\nbackend default { .host = "127.0.0.1"; }\nsub vcl_recv { set req.http.X-A = "a"; }\n';
const bad = "vcl 4.1;\nbackend default { .host = 1; }\n";

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe("vclc compile", () => {
  test("writes FILE.ts and FILE.ts.map beside the file and names what it wrote", async () => {
    const folder = folderWith({ "main.vcl": good });
    expect(await vclc(["compile", "main.vcl"], folder)).toEqual({
      code: 0,
      stdout: "main.vcl.ts\n",
      stderr: "",
    });
    const text = readFileSync(join(folder, "main.vcl.ts"), "utf8");
    expect(text).toMatch(/^\/\/ Compiled by vclc from main\.vcl, module format 1\./);
    expect(text).toMatch(/\n\/\/# sourceMappingURL=main\.vcl\.ts\.map\n$/);
    const map = JSON.parse(readFileSync(join(folder, "main.vcl.ts.map"), "utf8")) as Record<string, unknown>;
    expect(map).toMatchObject({
      version: 3,
      file: "main.vcl.ts",
      sources: ["main.vcl"],
      sourcesContent: [good],
    });
    expect(readdirSync(folder).sort()).toEqual(["main.vcl", "main.vcl.ts", "main.vcl.ts.map"]);
  });

  test("-o writes to a folder, which is made, and the map leads back to the VCL", async () => {
    const folder = folderWith({ "main.vcl": good });
    expect((await vclc(["compile", "main.vcl", "-o", "out/deep"], folder)).code).toBe(0);
    const map = JSON.parse(readFileSync(join(folder, "out/deep/main.vcl.ts.map"), "utf8")) as {
      sources: string[];
    };
    expect(map.sources).toEqual(["../../main.vcl"]);
  });

  test("the module is the same, byte for byte, from wherever and to wherever it is compiled", async () => {
    const folder = folderWith({
      "main.vcl": `${good}include "more.vcl";\nsub vcl_recv { return (vcl(other)); }\n`,
      "more.vcl": 'sub vcl_recv { if (req.url == "/x") { return (vcl(other)); } }\n',
    });
    mkdirSync(join(folder, "elsewhere"));
    await vclc(["compile", "main.vcl"], folder);
    await vclc(["compile", "../main.vcl", "-o", "."], join(folder, "elsewhere"));
    await vclc(["compile", join(folder, "main.vcl"), "-o", join(folder, "third")]);
    const module = readFileSync(join(folder, "main.vcl.ts"), "utf8");
    expect(readFileSync(join(folder, "elsewhere/main.vcl.ts"), "utf8")).toBe(module);
    expect(readFileSync(join(folder, "third/main.vcl.ts"), "utf8")).toBe(module);
    expect(module).not.toContain(folder);
  });

  test("what has errors is not written, its errors go to stderr, and the other files are", async () => {
    const folder = folderWith({ "bad.vcl": bad, "good.vcl": good });
    const { code, stdout, stderr } = await vclc(["compile", "bad.vcl", "good.vcl"], folder);
    expect(code).toBe(1);
    expect(stdout).toBe("good.vcl.ts\n");
    expect(stderr).toMatch(/^bad\.vcl:2:\d+: error: /);
    expect(existsSync(join(folder, "bad.vcl.ts"))).toBe(false);
  });

  test("--check writes nothing and says with its exit code whether the files are up to date", async () => {
    const folder = folderWith({ "main.vcl": good });
    expect((await vclc(["compile", "--check", "main.vcl"], folder)).code).toBe(1);
    expect(readdirSync(folder)).toEqual(["main.vcl"]);
    await vclc(["compile", "main.vcl"], folder);
    expect(await vclc(["compile", "--check", "main.vcl"], folder)).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
    writeFileSync(join(folder, "main.vcl"), good.replace('"a"', '"b"'));
    const before = readFileSync(join(folder, "main.vcl.ts"), "utf8");
    const { code, stdout } = await vclc(["compile", "--check", "main.vcl"], folder);
    expect(code).toBe(1);
    expect(stdout).toContain("main.vcl.ts is not what its VCL compiles to\n");
    expect(readFileSync(join(folder, "main.vcl.ts"), "utf8")).toBe(before);
  });

  test("two files for one place are refused before anything is written", async () => {
    const folder = folderWith({ "main.vcl": good });
    mkdirSync(join(folder, "b"));
    writeFileSync(join(folder, "b/main.vcl"), good);
    const { code, stderr } = await vclc(["compile", "main.vcl", "b/main.vcl", "-o", "out"], folder);
    expect([code, stderr]).toEqual([
      2,
      "vclc: main.vcl and b/main.vcl would both be written to out/main.vcl.ts\n",
    ]);
    expect(existsSync(join(folder, "out"))).toBe(false);
  });

  test("a place that cannot be written to is one line and exit code 2", async () => {
    const folder = folderWith({ "main.vcl": good, out: "a file" });
    const { code, stderr } = await vclc(["compile", "main.vcl", "-o", "out"], folder);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^vclc: cannot write out\/main\.vcl\.ts: [^\n]+\n$/);
  });

  test("the module type-checks and runs as it is, with its types stripped", async () => {
    const folder = folderWith({ "main.vcl": good });
    await vclc(["compile", "main.vcl"], folder);
    const tsc = resolve("node_modules/typescript/bin/tsc");
    const paths = JSON.stringify({ "vclc/runtime": [resolve("src/runtime/index.ts")] });
    writeFileSync(
      join(folder, "tsconfig.json"),
      `{"compilerOptions":{"strict":true,"target":"es2023","module":"nodenext","noEmit":true,"types":[],"erasableSyntaxOnly":true,` +
        `"skipLibCheck":true,"paths":${paths}},"files":["main.vcl.ts"]}`,
    );
    execFileSync(process.execPath, [tsc, "-p", folder], { stdio: "pipe" });
  });
});
