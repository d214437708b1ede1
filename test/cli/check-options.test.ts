import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { builtCli, temporaryFolder, vclc } from "../support/cli.js";

const good = "vcl 4.1;\nbackend b none;\n";
const bad = "vcl 4.1;\nbackend b none;\nsub vcl_recv { set req.nosuch = 1; }\n";
/** An import that nothing uses is a warning. */
const warned = "vcl 4.1;\nimport std;\nbackend b none;\n";

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe("vclc check", () => {
  test("a folder is the programs below it; parts are checked where they are included", async () => {
    const folder = folderWith({
      "main.vcl": 'vcl 4.1;\nbackend b none;\ninclude "./parts/part.vcl";\n',
      "parts/part.vcl": "# a part\nsub vcl_recv { set req.nosuch = 1; }\n",
      "site/other.vcl": `# a comment\n/* and another */ ${bad}`,
      ".hidden/x.vcl": bad,
      "node_modules/y.vcl": bad,
      "notes.txt": bad,
    });
    const { code, stdout } = await vclc(["check", "."], folder);
    expect(code).toBe(1);
    const places = stdout.split("\n").filter((line) => / error: /.test(line));
    expect(places.map((line) => line.split(":", 1)[0]).sort()).toEqual(["parts/part.vcl", "site/other.vcl"]);
    expect(await vclc(["check", "parts"], folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("cannot check parts: no program in it, no *.vcl begins with vcl 4.1;"),
    });
  });

  test("- is standard input, with the name, includes and configuration of --stdin-filename", () => {
    const folder = folderWith({
      "sub/part.vcl": "sub vcl_recv { set req.nosuch = 1; }\n",
      "sub/vclc.config.yaml": "rules: { unused-import: off }\n",
    });
    const run = (input: string, ...args: string[]): { status: number | null; stdout: string } =>
      spawnSync(process.execPath, [builtCli(), "check", "-", ...args], {
        cwd: folder,
        input,
        encoding: "utf8",
      });
    expect(run(good)).toMatchObject({ status: 0, stdout: "" });
    expect(run(bad).stdout).toMatch(/^stdin:3:\d+: error: /);
    expect(run(warned).stdout).toContain("unused-import");
    expect(run(warned, "--stdin-filename", "sub/new.vcl")).toMatchObject({ status: 0, stdout: "" });
    const including = run(`${good}include "./part.vcl";\n`, "--stdin-filename", "sub/new.vcl");
    expect(including.stdout).toMatch(/^sub\/part\.vcl:1:\d+: error: /);
  });

  test("--files-from, from a file and from standard input", async () => {
    const folder = folderWith({ "a.vcl": bad, "b.vcl": good, list: "a.vcl\n\nb.vcl\n" });
    expect((await vclc(["check", "--files-from", "list"], folder)).code).toBe(1);
    const args = [builtCli(), "check", "--files-from", "-"];
    expect(execFileSync(process.execPath, args, { cwd: folder, input: "b.vcl\n", encoding: "utf8" })).toBe(
      "",
    );
    expect(await vclc(["check", "--files-from", "none"], folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("cannot read none"),
    });
    expect((await vclc(["check"], folder)).stderr).toContain("no files. Name some, or - for standard input");
  });

  test("--max-warnings, --quiet, --config, and a level for all codes", async () => {
    const folder = folderWith({
      "a.vcl": warned,
      "strict.yaml": 'rules: { "*": error }\n',
      "loose.json": '{ "rules": { "*": "error", "unused-import": "off" } }',
    });
    expect((await vclc(["check", "a.vcl"], folder)).code).toBe(0);
    expect(await vclc(["check", "--max-warnings", "0", "--quiet", "a.vcl"], folder)).toEqual({
      code: 1,
      stdout: "",
      stderr: "vclc: 1 warnings, --max-warnings allows 0\n",
    });
    expect((await vclc(["check", "--max-warnings", "1", "a.vcl"], folder)).code).toBe(0);
    expect((await vclc(["check", "--max-warnings", "few", "a.vcl"], folder)).stderr).toContain(
      "takes a number",
    );
    expect((await vclc(["check", "--config", "strict.yaml", "a.vcl"], folder)).code).toBe(1);
    expect(await vclc(["check", "--config", "loose.json", "a.vcl"], folder)).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
    expect((await vclc(["check", "--config", "none.yaml", "a.vcl"], folder)).code).toBe(2);
  });
});

test("--target warns of what a release lacks; the configuration may name it, the command line goes before it", async () => {
  const folder = folderWith({
    "main.vcl": "vcl 4.1;\nbackend b none;\nsub vcl_recv { set req.http.X = req.time; }\n",
    "vclc.config.yaml": "target: varnish-7.0\n",
    "other.yaml": "target: varnish-9\n",
  });
  const check = (...args: string[]) => vclc(["check", "main.vcl", ...args], folder);
  expect((await check()).stdout).toMatch(/warning: varnish-7\.0 does not have req\.time \[target-lacks\]/);
  expect(await check("--target", "varnish-7.1")).toEqual({ code: 0, stdout: "", stderr: "" });
  expect((await check("--target", "varnish-9")).code).toBe(2);
  expect((await check("--config", "other.yaml")).stderr).toMatch(
    /^vclc: other\.yaml: target must be one of vclc, v/,
  );
});
