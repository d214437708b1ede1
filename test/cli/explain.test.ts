import { expect, test } from "vitest";
import { vclc } from "../support/cli.js";

test("vclc explain prints what a code means, one after the other", async () => {
  const { code, stdout, stderr } = await vclc(["explain", "unused", "not-available"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^unused \(error\)\n {2}Unused \{kind\} \{name\}, defined\n\nSomething is declared/);
  expect(stdout).toContain(
    '\nThis is wrong:\n\n    acl office { "10.0.0.0"/8; }\n\nThis is right:\n\n    acl',
  );
  expect(stdout).toContain("\n\nnot-available (error)\n");
});

test("vclc explain lists the codes when none is asked for", async () => {
  const { stdout } = await vclc(["explain"]);
  expect(stdout.split("\n")).toEqual(expect.arrayContaining(["type-mismatch", "vcc-no-module", "unused"]));
});

test("a word that is no code is one line on stderr, with the code that was meant, and exit code 2", async () => {
  expect(await vclc(["explain", "type-mismtach"])).toEqual({
    code: 2,
    stdout: "",
    stderr: "vclc: no diagnostic has the code type-mismtach (did you mean type-mismatch?)\n",
  });
});
