import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tmpdir } from "node:os";
import { vclc } from "../support/cli.js";
import { isInstalled } from "../support/installed.js";

const shells = ["bash", "zsh", "fish"] as const;
const folder = mkdtempSync(join(tmpdir(), "vclc-completion-"));

beforeAll(async () => {
  for (const shell of shells) {
    const { code, stdout, stderr } = await vclc(["completion", shell]);
    expect([code, stderr]).toEqual([0, ""]);
    writeFileSync(join(folder, shell), stdout);
  }
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a shell offers for the last of some words. */
const complete: Readonly<
  Record<(typeof shells)[number], (...words: readonly string[]) => readonly string[]>
> = {
  bash(...words) {
    const list = words.map((word) => `'${word}'`).join(" ");
    const script = `source ./bash; complete -p vclc >/dev/null || exit 1; COMP_WORDS=(vclc ${list}); COMP_CWORD=${words.length}; _vclc; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return run("bash", ["--norc", "-c", script]);
  },
  // The functions that show what was found are those of zsh's line editor: here they print it.
  zsh(...words) {
    const list = words.map((word) => `'${word}'`).join(" ");
    const last = words.at(-1) ?? "";
    const script =
      "compdef() { : }; compset() { : }; source ./zsh; _files() { print -l FILES }; compadd() { shift; print -l -- $@ }\n" +
      `_describe() { local one; for one in \${(P)2}; do [[ $one == '${last}'* ]] && print -r -- \${one%%:*}; done }\n` +
      `words=(vclc ${list}); CURRENT=${words.length + 1}; PREFIX='${last}'; _vclc || true`;
    return run("zsh", ["-f", "-c", script]);
  },
  fish(...words) {
    const lines = run("fish", ["--no-config", "-c", `source ./fish; complete -C "vclc ${words.join(" ")}"`]);
    return lines.map((line) => line.split("\t")[0] ?? "");
  },
};

function run(program: string, args: readonly string[]): readonly string[] {
  const text = execFileSync(program, args, { cwd: folder, encoding: "utf8" });
  return text.split("\n").filter((line) => line !== "");
}

describe.each(shells)("%s completes", (shell) => {
  const offered = complete[shell];
  const there = isInstalled(shell, "--version");
  if (!there) console.warn(`SKIPPED: completion in ${shell} is tested where it is installed`);

  test.skipIf(!there)(`commands (needs ${shell})`, () => {
    expect(offered("comp")).toEqual(expect.arrayContaining(["compile", "completion"]));
    expect(offered("comp")).not.toContain("check");
  });

  test.skipIf(!there)(`commands below commands (needs ${shell})`, () => {
    expect(offered("routes", "")).toEqual(expect.arrayContaining(["check", "explain"]));
  });

  test.skipIf(!there)(`options of the command, and of no other (needs ${shell})`, () => {
    expect(offered("check", "--max")).toContain("--max-warnings");
    expect(offered("fmt", "--max")).not.toContain("--max-warnings");
    expect(offered("routes", "explain", "--ho")).toContain("--host");
  });

  test.skipIf(!there)(`choices (needs ${shell})`, () => {
    expect(offered("check", "--format", "")).toEqual(expect.arrayContaining(["json", "sarif", "junit"]));
    expect(offered("check", "-q", "--target", "")).toContain("varnish-7.1");
  });

  test.skipIf(!there)(`choices behind = (needs ${shell})`, () => {
    const found = offered("check", "--format=");
    const prefix = shell === "zsh" ? "" : "--format=";
    expect(found).toEqual(expect.arrayContaining([`${prefix}json`, `${prefix}sarif`]));
    if (shell !== "bash") return;
    // As bash itself parts the words.
    expect(offered("check", "--format", "=")).toEqual(expect.arrayContaining(["json", "sarif"]));
    expect(offered("check", "--format", "=", "js")).toEqual(["json"]);
  });

  test.skipIf(!there)(`arguments that are choices (needs ${shell})`, () => {
    expect(offered("completion", "")).toEqual(expect.arrayContaining(["bash", "zsh", "fish"]));
  });

  test.skipIf(!there)(`files, where it knows nothing else (needs ${shell})`, () => {
    if (shell === "bash") expect(offered("check", "zs")).toEqual([]);
    else if (shell === "zsh") expect(offered("check", "zs")).toContain("FILES");
    else expect(offered("check", "zs")).toContain("zsh");
  });

  test.skipIf(!there)(`codes and words of VCL for explain (needs ${shell})`, () => {
    const words = offered("explain", "ber");
    if (shell !== "zsh")
      expect(words.filter((word) => word.startsWith("beresp.ttl"))).toEqual(["beresp.ttl"]);
    expect(offered("explain", "zero-")).toContain("zero-ttl");
  });
});

test("another shell is wrong usage", async () => {
  const { code, stderr } = await vclc(["completion", "tcsh"]);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/Allowed choices are bash, zsh, fish/)]);
});
