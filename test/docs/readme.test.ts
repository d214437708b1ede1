import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { temporaryFolder, vclc } from "../support/cli.js";
import { compiled } from "../support/compile.js";
import { codeBlocks, transcripts } from "../support/transcript.js";

const readme = readFileSync("README.md", "utf8");

const blocks = (language: string): string[] => codeBlocks(readme, language);

/** What a test looks at in a workflow file. */
interface Workflow {
  readonly jobs: {
    readonly warm: { readonly steps: readonly { readonly run?: string; readonly env?: NodeJS.ProcessEnv }[] };
  };
}

const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl) console.warn("SKIPPED: README commands that use curl, which is not installed");

describe("README.md", () => {
  test("shows the TypeScript that its VCL compiles to", async () => {
    const { text } = await compiled(blocks("vcl")[0] ?? "", "main.vcl");
    expect(blocks("ts")[0]).toBe(text);
  });

  test("shows the example VMOD as it is", () => {
    const shown = [blocks("vcc")[0], blocks("ts")[1], blocks("vcl")[3]];
    const files = ["tally.vcc", "tally.ts", "main.vcl"].map((name) =>
      readFileSync(`examples/vmod/${name}`, "utf8"),
    );
    expect(shown).toEqual(files);
    expect(files[0]?.split("\n").length).toBeLessThan(15);
  });

  test("shows TLS to backends and routes in VCL that compiles", async () => {
    const folder = temporaryFolder();
    for (const index of [1, 2]) writeFileSync(join(folder, `${index}.vcl`), blocks("vcl")[index] ?? "");
    expect(await vclc(["check", "1.vcl", "2.vcl"], folder)).toMatchObject({ code: 0, stderr: "" });
  });

  test("shows a workflow whose commands pass", async () => {
    const folder = temporaryFolder();
    cpSync("examples/dispatch", folder, { recursive: true });
    const { jobs } = parse(blocks("yaml")[0] ?? "") as Workflow;
    const steps = jobs.warm.steps.filter(({ run }) => run?.startsWith("npx vclc "));
    expect(steps).toHaveLength(2);
    for (const { run = "", env } of steps) {
      const [, , ...args] = run.split(" ");
      expect(await vclc(args, folder, env)).toEqual({ code: 0, stdout: "", stderr: "" });
    }
  });

  test.each(
    blocks("console").map((block) => [
      block.split("\n").find((line) => line.includes("vclc")) ?? block,
      block,
    ]),
  )("what it says happens: %s", async (_, block) => {
    if (block.includes("curl") && !hasCurl) return;
    expect(await transcripts([block])).toEqual([block]);
  });
});
