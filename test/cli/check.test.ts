import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { builtCli, temporaryFolder, vclc } from "../support/cli.js";

const good = 'vcl 4.1;\nbackend default { .host = "127.0.0.1"; }\n';
const bad = `${good}sub vcl_recv {\n  set req.nothing = 1;\n  return (deliver);\n}\n`;

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe("vclc check", () => {
  test("says nothing about a program without errors and exits with 0", async () => {
    const folder = folderWith({ "good.vcl": good });
    expect(await vclc(["check", "good.vcl"], folder)).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("prints every error of a program, in source order, and exits with 1", async () => {
    const { code, stdout, stderr } = await vclc(["check", "bad.vcl"], folderWith({ "bad.vcl": bad }));
    expect(code).toBe(1);
    expect(stdout.match(/^bad\.vcl:\d+/gm)).toEqual(["bad.vcl:4", "bad.vcl:5"]);
    expect(stdout).toContain("    |       ^^^^^^^^^^^\n");
    expect(stderr).toBe("\n2 errors\n");
  });

  test("checks many files in one process, each as a program of its own", async () => {
    const folder = folderWith({ "a.vcl": good, "b.vcl": bad, "c.vcl": good });
    const { code, stdout } = await vclc(["check", "--format", "json", "a.vcl", "b.vcl", "c.vcl"], folder);
    expect(code).toBe(1);
    const reports = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { file: string; ok: boolean });
    expect(reports.map(({ file, ok }) => [file, ok])).toEqual([
      ["a.vcl", true],
      ["b.vcl", false],
      ["c.vcl", true],
    ]);
  });

  test("JSON: code, severity, message, start and end for every diagnostic", async () => {
    const { stdout } = await vclc(["check", "--format", "json", "bad.vcl"], folderWith({ "bad.vcl": bad }));
    const report = JSON.parse(stdout) as { diagnostics: Record<string, unknown>[] };
    expect(report.diagnostics).toHaveLength(2);
    expect(report.diagnostics[0]).toMatchObject({
      severity: "error",
      start: { line: 4, column: 7 },
      end: { line: 4, column: 18 },
    });
    for (const { code, message } of report.diagnostics) {
      expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(message).not.toBe("");
    }
  });

  test("a file that cannot be read is one line and exit code 2; the others are checked all the same", async () => {
    const folder = folderWith({ "good.vcl": good });
    mkdirSync(join(folder, "folder.vcl"));
    const { code, stdout, stderr } = await vclc(
      ["check", "--format", "json", "none.vcl", "folder.vcl", "good.vcl"],
      folder,
    );
    expect(code).toBe(2);
    expect(stderr).toBe(
      "vclc: cannot check folder.vcl: no *.vcl in it\nvclc: cannot read none.vcl: No such file or directory\n",
    );
    expect(stdout.split("\n").at(-2)).toBe('{"file":"good.vcl","ok":true,"diagnostics":[]}');
  });

  test.skipIf(process.getuid?.() === 0)("a file without permission is one line", async () => {
    const folder = folderWith({ "secret.vcl": good });
    chmodSync(join(folder, "secret.vcl"), 0);
    expect((await vclc(["check", "secret.vcl"], folder)).stderr).toBe(
      "vclc: cannot read secret.vcl: Permission denied\n",
    );
  });

  test("finds includes beside the main file, and along --vcl-path", async () => {
    const folder = folderWith({
      "main.vcl": `${good}include "more.vcl";\n`,
      "more.vcl": "sub vcl_recv { }\n",
    });
    expect((await vclc(["check", join(folder, "main.vcl")])).code).toBe(0);
    const empty = temporaryFolder();
    const refused = await vclc(["check", "--vcl-path", empty, join(folder, "main.vcl")]);
    expect(refused.code).toBe(2);
    expect(refused.stdout).toContain("more.vcl");
    expect((await vclc(["check", "--vcl-path", `${empty}:${folder}`, join(folder, "main.vcl")])).code).toBe(
      0,
    );
  });

  test("an error in an included file names that file and where it was included", async () => {
    const folder = folderWith({
      "main.vcl": `${good}include "./more.vcl";\n`,
      "more.vcl": "sub vcl_recv { oops; }\n",
    });
    const { stdout } = await vclc(["check", "main.vcl"], folder);
    expect(stdout).toMatch(/^(\.\/)?more\.vcl:1:16: error/);
    expect(stdout).toContain("included from main.vcl:3:1");
  });

  test("an include that cannot be read is one line and exit code 2 for run", async () => {
    const folder = folderWith({ "main.vcl": `${good}include "none.vcl";\n` });
    expect(await vclc(["run", "-a", "127.0.0.1:0", "-f", "main.vcl"], folder)).toEqual({
      code: 2,
      stdout: "",
      stderr: "vclc: main.vcl:3:9: Cannot read file 'none.vcl' (No such file or directory)\n",
    });
  });

  test.each(["check", "compile"])(
    "an include that cannot be read is framed with the folders that were searched, exit code 2 (%s)",
    async (command) => {
      const folder = folderWith({ "main.vcl": `${good}include "none.vcl";\n` });
      const { code, stdout, stderr } = await vclc([command, "main.vcl", "--vcl-path", ".:lib"], folder);
      expect(code).toBe(2);
      expect(stdout + stderr).toContain(
        "main.vcl:3:9: error: Cannot read file 'none.vcl' (No such file or directory) [include-unreadable]\n" +
          '  2 | backend default { .host = "127.0.0.1"; }\n  3 | include "none.vcl";\n    |         ^^^^^^^^^^\n' +
          "  hint: searched: ., lib; --vcl-path names other folders\n",
      );
    },
  );

  test("an include that cannot be read is in the JSON report too", async () => {
    const folder = folderWith({ "main.vcl": `${good}include "none.vcl";\n` });
    const { code, stdout } = await vclc(["check", "--format", "json", "main.vcl"], folder);
    expect([code, stdout]).toEqual([2, expect.stringContaining('"code":"include-unreadable"')]);
  });

  test("finds the VMODs that are shipped", async () => {
    const folder = folderWith({ "std.vcl": `${good}import std;\nsub vcl_recv { std.log("hello"); }\n` });
    expect(await vclc(["check", "std.vcl"], folder)).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("--syntax decides over the file's own version", async () => {
    const folder = folderWith({ "v.vcl": 'vcl 4.0;\nbackend b { .path = "/run/b.sock"; }\n' });
    expect((await vclc(["check", "v.vcl"], folder)).code).toBe(1);
    expect((await vclc(["check", "--syntax", "4.1", "v.vcl"], folder)).code).toBe(0);
  });

  test("a reader that stops early ends it without an error", async () => {
    const folder = folderWith({
      "bad.vcl": `${good}sub vcl_recv {\n${"  set req.nothing = 1;\n".repeat(5000)}}\n`,
    });
    const child = spawn("bash", ["-c", `"${process.execPath}" "${builtCli()}" check bad.vcl | head -1`], {
      cwd: folder,
    });
    let stderr = "";
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    await new Promise((done) => child.on("close", done));
    expect(stderr).not.toContain("EPIPE");
  });
});
