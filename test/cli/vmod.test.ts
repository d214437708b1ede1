import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, vclc } from "../support/cli.js";

const greet =
  '$Module greet 3 "Greets"\n\n$Function STRING hello(STRING name="you", [INT times])\n\nSays hello.\n';

function folderWith(vcc: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "greet.vcc"), vcc);
  return folder;
}

describe("vclc vmod", () => {
  test("writes the interface beside the .vcc, with its documentation", async () => {
    const folder = folderWith(greet);
    expect(await vclc(["vmod", "greet.vcc"], folder)).toEqual({
      code: 0,
      stdout: "greet.vcc.ts\n",
      stderr: "",
    });
    const text = readFileSync(join(folder, "greet.vcc.ts"), "utf8");
    expect(text).toMatch(/^\/\/ Generated from greet\.vcc by `vclc vmod`\./);
    expect(text).toContain('import type { Task } from "vclc/runtime";');
    expect(text).toContain("  /** Says hello. */\n  readonly hello: (task: Task, args: HelloArgs) =>");
    expect(text).toContain('typeof import("./greet.js")');
  });

  test("-o names the file; the implementation stays the one beside the .vcc", async () => {
    const folder = folderWith(greet);
    expect((await vclc(["vmod", "greet.vcc", "-o", "types/greet.ts"], folder)).code).toBe(0);
    expect(readFileSync(join(folder, "types/greet.ts"), "utf8")).toContain('typeof import("../greet.js")');
  });

  test("--check exits with 1 while the file on disk differs, and writes nothing", async () => {
    const folder = folderWith(greet);
    const differs = {
      code: 1,
      stdout: "greet.vcc.ts is not what greet.vcc describes\n",
      stderr: "",
    };
    expect(await vclc(["vmod", "--check", "greet.vcc"], folder)).toEqual(differs);
    await vclc(["vmod", "greet.vcc"], folder);
    expect((await vclc(["vmod", "--check", "greet.vcc"], folder)).code).toBe(0);
    writeFileSync(join(folder, "greet.vcc"), greet.replace("hello(", "hi("));
    expect(await vclc(["vmod", "--check", "greet.vcc"], folder)).toEqual(differs);
  });

  test("mistakes in the .vcc are diagnostics with their places, and exit code 1", async () => {
    const folder = folderWith(`${greet}\n$Function VOID bad(VOID)\n$Frob\n`);
    const { code, stdout, stderr } = await vclc(["vmod", "greet.vcc"], folder);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.match(/^greet\.vcc:\d+/gm)).toEqual(["greet.vcc:7", "greet.vcc:8"]);
    expect(stderr).toContain("Unknown stanza $Frob");
  });

  test("a .vcc that cannot be read, or a file that cannot be written, is one line and exit code 2", async () => {
    const folder = folderWith(greet);
    expect(await vclc(["vmod", "none.vcc"], folder)).toEqual({
      code: 2,
      stdout: "",
      stderr: "vclc: cannot read none.vcc: No such file or directory\n",
    });
    mkdirSync(join(folder, "there"));
    const { code, stderr } = await vclc(["vmod", "greet.vcc", "-o", "there"], folder);
    expect([code, stderr.split("\n").length]).toEqual([2, 2]);
    expect(stderr).toMatch(/^vclc: cannot write there: /);
  });
});

describe("interfaces of VMODs of Varnish's and of varnish-modules", () => {
  test.each(["h2", "proxy", "bodyaccess", "saintmode", "tcp", "vsthrottle", "xkey", "dynamic"])(
    "the interface of %s is right",
    async (name) => {
      const { code, stderr } = await vclc([
        "vmod",
        `src/vmod/${name}/${name}.vcc`,
        "-o",
        join(temporaryFolder(), "x.ts"),
      ]);
      expect([code, stderr]).toEqual([0, ""]);
    },
  );
});
