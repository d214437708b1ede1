import { spawn } from "node:child_process";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtCli, temporaryFolder } from "./cli.js";
import { freePort } from "./ports.js";

/** The code blocks of a page in one language, in order. */
export function codeBlocks(page: string, language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"))].map(
    ([, text = ""]) => text,
  );
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Between the blocks of a page, in what the shell prints. */
const boundary = "\u0001\n";

/**
 * Runs the commands (`$ …`) of blocks one after the other in one shell, in a folder with a copy of the examples, and answers with the blocks as
 * they really are. The `/tmp` and the ports (`127.0.0.1:N`) of the page are exchanged for the run's own, in the examples too.
 */
export async function transcripts(blocks: readonly string[]): Promise<string[]> {
  const folder = temporaryFolder();
  cpSync("examples", join(folder, "examples"), { recursive: true });
  const exchanges = new Map([["/tmp/", `${folder}/`]]);
  for (const [address] of blocks.join("").matchAll(/127\.0\.0\.1:[1-9]\d+/g)) {
    if (!exchanges.has(address)) exchanges.set(address, `127.0.0.1:${await freePort()}`);
  }
  const own = (text: string): string =>
    [...exchanges].reduce((now, [from, to]) => now.replaceAll(from, to), text);
  const shown = (text: string): string =>
    [...exchanges].reduce((now, [from, to]) => now.replaceAll(to, from), text);
  for (const name of ["global", "pool"]) rewriteFiles(join(folder, "examples", name), own);
  const script = [
    "set -m",
    "exec 2>&1",
    `npx() { shift; ${quoted(process.execPath)} ${quoted(builtCli())} "$@"; }`,
    // Whole process groups: a job's first process may be a shell.
    "trap 'for job in $(jobs -p); do kill -- -$job; done 2>/dev/null' EXIT",
    ...blocks.flatMap((block) => [
      ...block
        .split("\n")
        .filter((line) => line.startsWith("$ "))
        .map((line) => line.slice(2))
        .flatMap((command) => [`printf '%s\\n' ${quoted(own(`$ ${command}`))}`, own(command)]),
      `printf ${quoted(boundary)}`,
    ]),
  ].join("\n");
  const output = await shell(script, folder);
  // What the shell itself says of its jobs comes when it comes.
  return shown(output.replace(/^\[\d+\][+-]? .*\n/gm, ""))
    .split(boundary)
    .slice(0, blocks.length);
}

function rewriteFiles(folder: string, change: (text: string) => string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    writeFileSync(path, change(readFileSync(path, "latin1")), "latin1");
  }
}

function shell(script: string, cwd: string): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn("bash", ["-c", script], {
      cwd,
      timeout: 60_000,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.on("close", () => resolve(output));
  });
}
