import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { describe, expect, test } from "vitest";
import * as plugin from "../../src/prettier/index.js";
import { builtCli, temporaryFolder, vclc } from "../support/cli.js";

const ugly = 'vcl 4.1;\nsub a{set req.http.a="gr\u00fcn" ;}\n';
const neat = 'vcl 4.1;\nsub a {\n    set req.http.a = "gr\u00fcn";\n}\n';

describe("vclc fmt", () => {
  test("lays out files and folders in place; links and modes stay", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "sub/node_modules"), { recursive: true });
    const at = (name: string): string => join(folder, name);
    for (const name of ["main.vcl", "sub/b.vcl", "sub/node_modules/c.vcl", "sub/d.txt"])
      writeFileSync(at(name), ugly);
    chmodSync(at("main.vcl"), 0o640);
    symlinkSync("main.vcl", at("link.vcl"));
    expect(await vclc(["fmt", "link.vcl", "sub"], folder)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(at("main.vcl"), "utf8")).toBe(neat);
    expect(statSync(at("main.vcl")).mode & 0o777).toBe(0o640);
    expect(readFileSync(at("sub/b.vcl"), "utf8")).toBe(neat);
    expect(readFileSync(at("sub/node_modules/c.vcl"), "utf8")).toBe(ugly);
    expect(readFileSync(at("sub/d.txt"), "utf8")).toBe(ugly);
    expect(await vclc(["fmt", "--check", "."], folder)).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("--check names what would change, --diff shows it, and neither writes", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.vcl"), ugly);
    writeFileSync(join(folder, "b.vcl"), neat);
    expect(await vclc(["fmt", "--check", "a.vcl", "b.vcl"], folder)).toMatchObject({
      code: 1,
      stdout: "a.vcl\n",
    });
    const { code, stdout } = await vclc(["fmt", "--diff", "a.vcl", "b.vcl"], folder);
    expect(code).toBe(1);
    expect(stdout).toContain("--- a.vcl\n+++ a.vcl\n@@ -1,2 +1,4 @@\n vcl 4.1;\n-sub a{set");
    expect(readFileSync(join(folder, "a.vcl"), "utf8")).toBe(ugly);
    // The difference is one that patch takes.
    writeFileSync(join(folder, "x.patch"), stdout);
    if (spawnSync("patch", ["--version"]).status === 0) {
      execFileSync("patch", ["-s", "-p0", "-i", "x.patch"], { cwd: folder });
      expect(readFileSync(join(folder, "a.vcl"), "utf8")).toBe(neat);
    }
  });

  test("- is standard input; configuration and options set indent and width", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "two"));
    writeFileSync(join(folder, "two/vclc.config.yaml"), "format: { indent: 2 }\n");
    const run = (...args: string[]): string =>
      execFileSync(process.execPath, [builtCli(), "fmt", ...args], {
        cwd: folder,
        input: ugly,
        encoding: "utf8",
      });
    expect(run("-")).toBe(neat);
    expect(run("-", "--stdin-filename", "two/x.vcl")).toBe(neat.replace("    set", "  set"));
    expect(run("-", "--stdin-filename", "two/x.vcl", "--indent", "8")).toBe(
      neat.replace("    set", "        set"),
    );
    writeFileSync(join(folder, "two/vclc.config.yaml"), "format: { indent: many }\n");
    expect(await vclc(["fmt", "two/x.vcl"], folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("format.indent must be a whole number from 0 to 16"),
    });
    expect((await vclc(["fmt", "--width", "0", "x.vcl"], folder)).stderr).toContain(
      "--width must be a whole number",
    );
  });

  test("what cannot be read or does not parse is said, and left as it is", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.vcl"), "sub a {\n  set req.url = 1;\n");
    writeFileSync(join(folder, "b.vcl"), ugly);
    const { code, stderr } = await vclc(["fmt", "a.vcl", "none.vcl", "b.vcl"], folder);
    expect(code).toBe(2);
    expect(stderr).toMatch(/a\.vcl:3:1: error: Expected '}'/);
    expect(stderr).toContain("cannot read none.vcl: No such file or directory");
    expect(readFileSync(join(folder, "a.vcl"), "utf8")).toBe("sub a {\n  set req.url = 1;\n");
    expect(readFileSync(join(folder, "b.vcl"), "utf8")).toBe(neat);
  });
});

describe("prettier's plugin", () => {
  const run = (text: string, options: object = {}): Promise<string> =>
    format(text, { filepath: "x.vcl", plugins: [plugin as never], ...options });

  test("lays out as vclc fmt does, by prettier's own options", async () => {
    expect(await run(ugly)).toBe(neat);
    expect(await run(ugly, { tabWidth: 2 })).toBe(neat.replace("    set", "  set"));
    expect(await run("# only\n")).toBe("# only\n");
  });

  test("says where a file does not parse", async () => {
    await expect(run("sub a {\n")).rejects.toThrow(/Expected '}'.*\(2:1\)/s);
  });
});
