import { spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { temporaryFolder, vclc } from "../support/cli.js";
import { codeBlocks, transcripts } from "../support/transcript.js";

const page = readFileSync("docs/global-directors.md", "utf8");
const hasTools = ["curl", "varnishadm"].every((name) => spawnSync(name, ["-V"]).error === undefined);
if (!hasTools)
  console.warn("SKIPPED: docs/global-directors.md uses curl and varnishadm, which are not installed");

/** What a test looks at in a workflow file. */
interface Workflow {
  readonly jobs: { readonly warm: { readonly steps: readonly { readonly run?: string }[] } };
}

describe("docs/global-directors.md", () => {
  test.skipIf(!hasTools)("every command on it prints what it says", { timeout: 90_000 }, async () => {
    const blocks = codeBlocks(page, "console");
    const really = await transcripts(blocks);
    for (const [index, block] of blocks.entries()) expect.soft(really[index]).toBe(block);
  });

  test("shows the example files as they are", () => {
    const shown = ["vcl", "yaml", "text", "vcc", "ts"].flatMap((language) => codeBlocks(page, language));
    const files = ["main.vcl", "api.vcl", "endpoints.yaml", "start.cli"].map((name) => `global/${name}`);
    for (const name of [...files, "pool/pool.vcc", "pool/pool.ts", "pool/main.vcl"]) {
      expect.soft(shown, name).toContain(readFileSync(`examples/${name}`, "utf8"));
    }
  });

  test("its workflow passes", { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    cpSync("examples/global", folder, { recursive: true });
    const workflow = parse(codeBlocks(page, "yaml").at(-1) ?? "") as Workflow;
    const commands = workflow.jobs.warm.steps.flatMap(({ run }) =>
      run?.startsWith("npx vclc ") ? [run] : [],
    );
    expect(commands).toHaveLength(2);
    for (const command of commands) {
      expect(await vclc(command.split(" ").slice(2), folder)).toEqual({ code: 0, stdout: "", stderr: "" });
    }
  });

  test("its VMOD loads, and its VCL with it", { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    cpSync("examples/pool", folder, { recursive: true });
    expect((await vclc(["warm", "--vmod-path", ".", "main.vcl"], folder)).code).toBe(0);
  });
});
