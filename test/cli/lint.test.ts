import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, vclc } from "../support/cli.js";

const piped = "vcl 4.1;\nbackend default none;\nsub vcl_recv {\n  return (pipe);\n}\n";

/** Runs `vclc check` on a file in a folder below the one with the configuration. */
async function checked(config: Readonly<Record<string, string>> = {}, vcl = piped) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "policies/eu"), { recursive: true });
  writeFileSync(join(folder, "policies/eu/main.vcl"), vcl);
  for (const [name, text] of Object.entries(config)) writeFileSync(join(folder, name), text);
  const { code, stdout, stderr } = await vclc(["check", "policies/eu/main.vcl"], folder);
  return { code, stdout, stderr: stderr.replaceAll(`${folder}/`, "") };
}

describe("warnings of vclc check", () => {
  test("are printed and do not change the exit code", async () => {
    const { code, stdout, stderr } = await checked();
    expect([code, stderr]).toEqual([0, "\n1 warning\n"]);
    expect(stdout).toMatch(/^policies\/eu\/main\.vcl:4:3: warning: [^\n]+ \[pipe-returned\]\n/);
  });

  test.each([
    ["vclc.config.json", '{ "rules": { "pipe-returned": "error" } }', 1],
    ["vclc.config.yaml", "rules:\n  pipe-returned: error\n", 1],
    ["vclc.config.yml", "rules: { pipe-returned: off }\n", 0],
  ])("are as severe as %s in a folder above says", async (name, text, expected) => {
    const { code, stdout } = await checked({ [name]: text });
    expect(code).toBe(expected);
    expect(stdout.includes(": error: ")).toBe(expected === 1);
    expect(stdout === "").toBe(expected === 0);
  });

  test("the nearest configuration holds, and it alone", async () => {
    const { code } = await checked({
      "vclc.config.json": '{ "rules": { "pipe-returned": "error" } }',
      "policies/vclc.config.yaml": "",
    });
    expect(code).toBe(0);
  });

  test.each([
    ["not JSON", "vclc.config.json", "{", /^vclc: vclc\.config\.json: \S.*\n$/],
    ["not YAML", "vclc.config.yaml", "rules: [", /^vclc: vclc\.config\.yaml: \S.*\n$/],
    ["a list", "vclc.config.json", "[]", /: the configuration must be an object\n$/],
    [
      "another setting",
      "vclc.config.json",
      '{"rule":{}}',
      /: unknown setting "rule"; there are "rules", "format" and "target"\n$/,
    ],
    ["no rules", "vclc.config.yml", "rules: 5", /: rules must be an object\n$/],
    [
      "an unknown code",
      "vclc.config.yml",
      "rules: {pipe-retuned: off}",
      /code pipe-retuned \(did you mean pipe-returned\?\)\n$/,
    ],
    [
      "an error",
      "vclc.config.yml",
      "rules: {type-mismatch: off}",
      /: rules\.type-mismatch: it is an error of the language and stays one\n$/,
    ],
    [
      "a wrong severity",
      "vclc.config.yml",
      "rules: {pipe-returned: loud}",
      /: rules\.pipe-returned must be off, warning or error\n$/,
    ],
  ])("a configuration that is wrong is one line and exit code 2: %s", async (_, name, text, message) => {
    const { code, stdout, stderr } = await checked({ [name]: text });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^vclc: [^\n]+\n$/);
    expect([code, stdout]).toEqual([2, ""]);
  });
});
