import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { corpusFolder } from "./conformance.js";

/** One of the reference's run tests, as vtc-dev.jsonl tells of it. */
export interface VtcCase {
  readonly name: string;
  readonly in_reach: boolean;
  readonly needs: readonly string[];
  /** How Debian's own pair of varnishtest and varnishd fared. */
  readonly debian71: "pass" | "fail" | "skip";
}

export type VtcOutcome = "pass" | "fail" | "skip" | "timeout";

export interface VtcResult {
  readonly one: VtcCase;
  readonly outcome: VtcOutcome;
  readonly output: string;
}

/** Seconds that one test may take. */
const patience = 60;
const outcomes: Readonly<Record<number, VtcOutcome>> = { 0: "pass", 77: "skip" };

/** The run tests of the corpus; undefined where it is not there. */
export function vtcCases(): readonly VtcCase[] | undefined {
  const path = join(corpusFolder, "vtc-dev.jsonl");
  if (!existsSync(path)) return undefined;
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as VtcCase);
}

/** Runs tests with the varnishtest of this machine, several at once; `program` is what it gets as varnishd. */
export async function runVtc(
  cases: readonly VtcCase[],
  { program, jobs, done }: { program: readonly string[]; jobs: number; done?: (result: VtcResult) => void },
): Promise<readonly VtcResult[]> {
  const folder = mkdtempSync(join(tmpdir(), "vclc-vtc-"));
  const shim = join(folder, "varnishd");
  const words = program.map((word) => `'${word}'`).join(" ");
  writeFileSync(shim, `#!/bin/sh\nexec ${words} "$@"\n`);
  chmodSync(shim, 0o755);
  const results: VtcResult[] = [];
  const queue = [...cases];
  const work = async (): Promise<void> => {
    for (let one = queue.shift(); one; one = queue.shift()) {
      const result = await runOne(one, folder);
      results.push(result);
      done?.(result);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  rmSync(folder, { recursive: true, force: true });
  return results;
}

function runOne(one: VtcCase, folder: string): Promise<VtcResult> {
  const file = join(corpusFolder, "vtc", `${one.name}.vtc`);
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"]}`, TMPDIR: folder };
  return new Promise((resolve) => {
    const child = spawn("varnishtest", ["-t", String(patience), "-v", file], { env, cwd: folder });
    let output = "";
    const add = (chunk: Buffer): void => void (output += chunk.toString("latin1"));
    child.stdout.on("data", add);
    child.stderr.on("data", add);
    child.once("close", (code) => {
      const outcome = output.includes("TIMED OUT") ? "timeout" : (outcomes[code ?? 1] ?? "fail");
      resolve({ one, outcome, output });
    });
  });
}
