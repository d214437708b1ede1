import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { builtCli, temporaryFolder, vclc } from "../support/cli.js";

const commands = ["compile", "check", "explain", "run", "vmod"];

describe("the command line", () => {
  test("without arguments prints help", async () => {
    const { stdout, stderr } = await vclc([]);
    expect(stdout + stderr).toContain("Usage: vclc");
  });

  test.each(commands)("%s --help shows how to use it, with an example", async (command) => {
    const { code, stdout, stderr } = await vclc([command, "--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`Usage: vclc ${command}`);
    expect(stdout).toMatch(new RegExp(`Examples?:\\n\\s+vclc ${command} `));
    expect((await vclc(["help", command])).stdout).toBe(stdout);
  });

  test("--version prints the package's version", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(await vclc(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test.each([
    ["an unknown command", ["frobnicate"], /unknown command 'frobnicate'/],
    ["an unknown option", ["check", "--frobnicate", "x.vcl"], /unknown option '--frobnicate'/],
    ["no file", ["check"], /no files\. Name some/],
    [
      "an unknown format",
      ["check", "--format", "xml", "x.vcl"],
      /Allowed choices are text, json, github, sarif, junit/,
    ],
    ["an unknown version", ["check", "--syntax", "5", "x.vcl"], /It must be 4\.0 or 4\.1/],
    ["an unreadable file", ["compile", "none.vcl"], /cannot read none\.vcl: No such file or directory/],
    ["run without a program", ["run"], /./],
    ["run with a file that is not there", ["run", "-f", "none.vcl"], /none\.vcl/],
  ])("%s is one line on stderr and exit code 2", async (_, args, message) => {
    const { code, stdout, stderr } = await vclc(args, temporaryFolder());
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^vclc: [^\n]+\n$/);
    expect([code, stdout]).toEqual([2, ""]);
  });

  test("--help loads neither the compiler nor the runtime", async () => {
    const entry = readFileSync(builtCli(), "utf8");
    const loadedAtOnce = [...entry.matchAll(/^import[^;]*?"(\.[^"]+)"/gm)].map(([, path = ""]) =>
      readFileSync(join(dirname(builtCli()), path), "utf8"),
    );
    for (const text of [entry, ...loadedAtOnce]) {
      expect(text).not.toMatch(/src\/(runtime|parser|lexer|analyze|codegen)\//);
      expect(text).not.toMatch(/^import[^;]*"(typescript|prettier|source-map)/m);
    }
  });
});
