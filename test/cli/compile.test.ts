import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
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
    expect(stdout).toContain("main.vcl.ts is not up to date with main.vcl\n");
    expect(readFileSync(join(folder, "main.vcl.ts"), "utf8")).toBe(before);
  });

  test("--check says which files differ or are missing, and how to renew them", async () => {
    const folder = folderWith({ "main.vcl": good });
    await vclc(["compile", "main.vcl"], folder);
    rmSync(join(folder, "main.vcl.ts"));
    writeFileSync(join(folder, "main.vcl.ts.map"), "{}");
    expect(await vclc(["compile", "--check", "main.vcl"], folder)).toEqual({
      code: 1,
      stdout:
        "main.vcl.ts is missing: it is made of main.vcl\nmain.vcl.ts.map is not up to date with main.vcl\n" +
        "Run the same command without --check to write them, and review what changes.\n",
      stderr: "",
    });
    writeFileSync(join(folder, "bad.vcl"), bad);
    expect((await vclc(["compile", "--check", "main.vcl", "bad.vcl"], folder)).code).toBe(1);
    expect((await vclc(["compile", "--check", "main.vcl", "none.vcl"], folder)).code).toBe(2);
  });

  test.each([
    ["js", [], ["main.vcl.js", "main.vcl.js.map"]],
    ["ast", [], ["main.vcl.ast.json"]],
    ["tokens", [], ["main.vcl.tokens.jsonl"]],
    ["graph", [], ["main.vcl.dot"]],
    ["graph", ["--graph-format", "dot"], ["main.vcl.dot"]],
    ["graph", ["--graph-format", "mermaid"], ["main.vcl.mmd"]],
  ])(
    "--emit %s %j writes %j, --check finds it up to date, and -o - prints it",
    async (emit, more, written) => {
      const folder = folderWith({ "main.vcl": good });
      const command = ["compile", "--emit", emit, ...more, "main.vcl"];
      expect(await vclc(command, folder)).toEqual({ code: 0, stdout: `${written[0]}\n`, stderr: "" });
      expect(readdirSync(folder).sort()).toEqual(["main.vcl", ...written]);
      expect((await vclc([...command, "--check"], folder)).code).toBe(0);
      writeFileSync(
        join(folder, "main.vcl"),
        good.replace('req.http.X-A = "a"', "req.url = req.url + req.method"),
      );
      expect((await vclc([...command, "--check"], folder)).code).toBe(emit === "graph" ? 0 : 1);
      const { stdout } = await vclc([...command, "-o", "-"], folder);
      expect(stdout.split("\n")[0]).toBe(readFileSync(join(folder, written[0] ?? ""), "utf8").split("\n")[0]);
      expect(readdirSync(folder).sort()).toEqual(["main.vcl", ...written]);
    },
  );

  test("a JavaScript module runs in Node as it is written", async () => {
    const folder = folderWith({ "main.vcl": good });
    await vclc(["compile", "--emit", "js", "main.vcl"], folder);
    mkdirSync(join(folder, "node_modules/vclc"), { recursive: true });
    writeFileSync(
      join(folder, "node_modules/vclc/package.json"),
      JSON.stringify({ type: "module", exports: { "./runtime": "./runtime.js" } }),
    );
    const runtime = JSON.stringify(pathToFileURL(resolve("dist/runtime/index.js")).href);
    writeFileSync(join(folder, "node_modules/vclc/runtime.js"), `export * from ${runtime};\n`);
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const print = 'import module from "./main.vcl.js"; console.log(module.source, module.version);';
    const printed = execFileSync(process.execPath, ["--input-type=module", "-e", print], { cwd: folder });
    expect(printed.toString()).toBe("main.vcl 41\n");
  });

  test.each([
    [["--emit", "wasm", "main.vcl"], "ts, js, ast, tokens, graph"],
    [["--graph-format", "dot", "main.vcl"], "--emit graph"],
    [["--emit", "ast", "--graph-format", "mermaid", "main.vcl"], "--emit graph"],
    [["--emit", "graph", "--graph-format", "png", "main.vcl"], "dot, mermaid"],
    [["--check", "-o", "-", "main.vcl"], "-o - writes none"],
    [["-o", "-", "main.vcl", "other.vcl"], "-o - takes one file"],
  ])("%j is wrong usage: one line, exit code 2, nothing written", async (args, said) => {
    const folder = folderWith({ "main.vcl": good, "other.vcl": good });
    const { code, stdout, stderr } = await vclc(["compile", ...args], folder);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^vclc: [^\n]+\n$/);
    expect(stderr).toContain(said);
    expect(readdirSync(folder).sort()).toEqual(["main.vcl", "other.vcl"]);
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
