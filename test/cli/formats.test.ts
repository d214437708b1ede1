import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { useColor } from "../../src/cli/use-color.js";
import { temporaryFolder, vclc } from "../support/cli.js";

function folderWithError(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "good.vcl"), "vcl 4.1;\nbackend default none;\n");
  writeFileSync(join(folder, "bad.vcl"), "vcl 4.1;\nbackend default none;\nsub vcl_recv { nix; }\n");
  return folder;
}

describe("vclc check --format", () => {
  test("github prints annotations and nothing else", async () => {
    const { code, stdout, stderr } = await vclc(
      ["check", "--format", "github", "bad.vcl"],
      folderWithError(),
    );
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).toMatch(
      /^::error file=bad\.vcl,line=3,endLine=3,col=16,endColumn=19,title=[\w-]+::[^\n]+\n$/,
    );
  });

  test("sarif and junit print one document for all files, those that cannot be read included", async () => {
    const folder = folderWithError();
    const given = ["good.vcl", "bad.vcl", "none.vcl"];
    const sarif = await vclc(["check", "--format", "sarif", ...given], folder);
    expect([sarif.code, sarif.stderr]).toEqual([
      2,
      "vclc: cannot read none.vcl: No such file or directory\n",
    ]);
    const log = JSON.parse(sarif.stdout) as { runs: { results: unknown[]; artifacts: unknown[] }[] };
    expect(log.runs.map(({ results, artifacts }) => [results.length, artifacts.length])).toEqual([[1, 3]]);
    const junit = await vclc(["check", "--format", "junit", ...given], folder);
    expect(junit.code).toBe(2);
    expect(junit.stdout).toContain('<testsuites name="vclc check" tests="3" failures="1" errors="1">');
  });
});

describe("--color", () => {
  test("always colours also what goes to a file; auto and never do not", async () => {
    const folder = folderWithError();
    const colored = async (...options: string[]) =>
      (await vclc(["check", ...options, "bad.vcl"], folder)).stdout.includes("\x1b[31m");
    expect(await colored("--color", "always")).toBe(true);
    expect(await colored("--color=never")).toBe(false);
    expect(await colored()).toBe(false);
  });

  test("by itself, a terminal is coloured unless NO_COLOR is set or it shows no colours", () => {
    const terminal = { isTTY: true } as NodeJS.WriteStream;
    const { NO_COLOR, TERM } = process.env;
    onTestFinished(() => {
      Object.assign(process.env, { NO_COLOR: NO_COLOR ?? "", TERM: TERM ?? "" });
    });
    const given = (noColor: string, term: string) =>
      Object.assign(process.env, { NO_COLOR: noColor, TERM: term });
    given("", "xterm");
    expect(useColor(terminal)).toBe(true);
    expect(useColor(terminal, "never")).toBe(false);
    expect(useColor({ isTTY: false } as NodeJS.WriteStream)).toBe(false);
    given("", "dumb");
    expect(useColor(terminal)).toBe(false);
    given("1", "xterm");
    expect(useColor(terminal)).toBe(false);
    expect(useColor(terminal, "always")).toBe(true);
  });
});
