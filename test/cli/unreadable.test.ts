import { execFileSync } from "node:child_process";
import { mkdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, vclc } from "../support/cli.js";

/** A pipe that nobody writes to: whoever opens it waits for ever. */
function pipe(folder: string): string {
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  return path;
}

const commands = [["check"], ["compile"], ["run", "-f"], ["warm"], ["vmod"], ["warm", "-I"], ["run", "-I"]];

describe("what is no file that can be read ends a command at once, with exit code 2 and one line", () => {
  test.each(commands)(
    "%s %s",
    async (...command) => {
      const folder = temporaryFolder();
      const reasons = {
        [pipe(folder)]: "Not a regular file",
        "/dev/zero": "Not a regular file",
        [folder]: "Not a regular file",
        "/nonexistent": "No such file or directory",
      };
      for (const [path, reason] of Object.entries(reasons)) {
        const { code, stderr } = await vclc([...command, path], folder);
        // A folder is its programs, of which there are none.
        const isChecked = command[0] === "check" && path === folder;
        const said = isChecked ? `check ${path}: no *.vcl in it` : `read ${path}: ${reason}`;
        expect(stderr).toBe(`vclc: cannot ${said}\n`);
        expect(code).toBe(2);
      }
    },
    60_000,
  );

  test("what is no text, or far too long, is not shown", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "binary.vcl"), Buffer.from("\x7fELF\x02\x01\x01\0\0\0secret"));
    writeFileSync(join(folder, "utf16.vcl"), Buffer.from("\ufeffvcl 4.1;", "utf16le"));
    writeFileSync(join(folder, "huge.vcl"), "vcl 4.1;");
    truncateSync(join(folder, "huge.vcl"), 2 ** 32);
    writeFileSync(join(folder, "main.vcl"), 'vcl 4.1;\nbackend b none;\ninclude "./binary.vcl";\n');
    const reasons = {
      "binary.vcl": "Not a text file",
      "utf16.vcl": "It is UTF-16: save it as UTF-8",
      "huge.vcl": "File is longer than 256 MB",
    };
    for (const [name, reason] of Object.entries(reasons)) {
      for (const command of ["check", "compile"]) {
        expect(await vclc([command, name], folder)).toEqual({
          code: 2,
          stdout: "",
          stderr: `vclc: cannot read ${name}: ${reason}\n`,
        });
      }
    }
    const including = await vclc(["check", "main.vcl"], folder);
    expect(including.stdout).toContain("Cannot read file 'binary.vcl' (Not a text file)");
  }, 30_000);

  test("two hundred megabytes of NUL bytes are refused for their beginning", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "nul.vcl");
    writeFileSync(path, "\0");
    truncateSync(path, 200e6);
    for (const command of [["check"], ["compile"], ["fmt"], ["warm"]]) {
      const { code, stderr } = await vclc([...command, "nul.vcl"], folder);
      expect(stderr).toContain("ot a text file");
      expect(code).toBe(2);
    }
    expect(statSync(path).size).toBe(200e6);
  }, 20_000);

  test("formats for programs tell of it too", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "good.vcl"), "vcl 4.1;\nbackend default none;\n");
    writeFileSync(join(folder, "binary.vcl"), "\0");
    mkdirSync(join(folder, "empty"));
    const check = (format: string) =>
      vclc(["check", "--format", format, "gone.vcl", "binary.vcl", "empty", "good.vcl"], folder);
    const reasons = {
      empty: "no *.vcl in it",
      "gone.vcl": "No such file or directory",
      "binary.vcl": "Not a text file",
    };
    const json = await check("json");
    expect(json.code).toBe(2);
    const reports = json.stdout.trim().split("\n");
    expect(reports.map((line): unknown => JSON.parse(line))).toEqual([
      ...Object.entries(reasons).map(([file, unreadable]) => ({
        ...{ file, ok: false, diagnostics: [], unreadable },
      })),
      { file: "good.vcl", ok: true, diagnostics: [] },
    ]);
    expect((await check("github")).stdout).toBe(
      Object.entries(reasons)
        .map(([file, reason]) => `::error file=${file},title=unreadable::cannot read ${file}: ${reason}\n`)
        .join(""),
    );
    for (const format of ["sarif", "junit"]) {
      const { code, stdout } = await check(format);
      expect(code).toBe(2);
      for (const reason of Object.values(reasons)) expect(stdout).toContain(reason);
    }
  }, 20_000);

  test("vclc.config", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "main.vcl"), "vcl 4.1;\nbackend default none;\n");
    const config = join(folder, "vclc.config.json");
    execFileSync("mkfifo", [config]);
    const { code, stderr } = await vclc(["check", "main.vcl"], folder);
    expect(stderr).toBe(`vclc: cannot read ${config}: Not a regular file\n`);
    expect(code).toBe(2);
  });

  test("a vclc.config of ten megabytes", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "main.vcl"), "vcl 4.1;\nbackend default none;\n");
    const config = join(folder, "vclc.config.yaml");
    writeFileSync(
      config,
      `rules:\n${Array.from({ length: 400_000 }, (_, n) => `  rule-${n}: off\n`).join("")}`,
    );
    const { code, stderr } = await vclc(["check", "main.vcl"], folder);
    expect(stderr).toBe(`vclc: cannot read ${config}: File is longer than 64 KB\n`);
    expect(code).toBe(2);
  });

  test("a --vmod-path", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "main.vcl");
    writeFileSync(file, "vcl 4.1;\nbackend default none;\n");
    for (const [path, reason] of [
      ["/nonexistent", "No such file or directory"],
      [file, "Not a directory"],
    ] as const) {
      for (const command of [["check"], ["compile"], ["warm"], ["run", "-f"]]) {
        const { code, stderr } = await vclc([...command, file, "--vmod-path", path], folder);
        expect(stderr).toBe(`vclc: cannot read --vmod-path ${path}: ${reason}\n`);
        expect(code).toBe(2);
      }
    }
  }, 60_000);

  test("a .vcc of a --vmod-path", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "main.vcl");
    writeFileSync(file, "vcl 4.1;\nimport mine;\nbackend default none;\n");
    const none = await vclc(["check", file, "--vmod-path", folder], folder);
    expect(none.stdout).toContain("vmod-not-found");
    execFileSync("mkfifo", [join(folder, "mine.vcc")]);
    const { code, stdout } = await vclc(["check", file, "--vmod-path", folder], folder);
    expect(stdout).toContain(`Could not open VMOD mine: cannot read ${folder}/mine.vcc: Not a regular file`);
    expect(code).toBe(1);
  });
});
