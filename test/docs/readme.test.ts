import { spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { builtCli, temporaryFolder, vclc } from "../support/cli.js";
import { compiled } from "../support/compile.js";

const readme = readFileSync("README.md", "utf8");

/** The code blocks of README.md in one language, in order. */
function blocks(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"))].map(
    ([, text = ""]) => text,
  );
}

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
    const shown = [blocks("vcc")[0], blocks("ts")[1], blocks("vcl")[1]];
    const files = ["tally.vcc", "tally.ts", "main.vcl"].map((name) =>
      readFileSync(`examples/vmod/${name}`, "utf8"),
    );
    expect(shown).toEqual(files);
    expect(files[0]?.split("\n").length).toBeLessThan(15);
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
  )("what it says happens: %s", (_, block) => {
    if (block.includes("curl") && !hasCurl) return;
    expect(transcript(block)).toBe(block);
  });
});

/** Runs the commands of a block (`$ …`) one after the other in one shell, and answers with the block as it really is. */
function transcript(block: string): string {
  const folder = temporaryFolder();
  cpSync("examples", join(folder, "examples"), { recursive: true });
  const commands = block.split("\n").flatMap((line) => (line.startsWith("$ ") ? [line.slice(2)] : []));
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  // Each run has a /tmp of its own.
  const own = (text: string) => text.replaceAll("/tmp/", `${folder}/`);
  const script = [
    "set -m",
    `exec 2>&1`,
    `npx() { shift; ${quoted(process.execPath)} ${quoted(builtCli())} "$@"; }`,
    "trap 'kill $(jobs -p) 2>/dev/null' EXIT",
    ...commands.flatMap((command) => [`printf '%s\\n' ${quoted(own(`$ ${command}`))}`, own(command)]),
  ].join("\n");
  const { stdout } = spawnSync("bash", ["-c", script], { cwd: folder, encoding: "utf8", timeout: 60_000 });
  // What the shell itself says of its jobs comes when it comes.
  return stdout.replace(/^\[\d+\][+-]? .*\n/gm, "").replaceAll(`${folder}/`, "/tmp/");
}
