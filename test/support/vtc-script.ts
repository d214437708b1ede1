import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { builtCli, temporaryFolder } from "./cli.js";

/** What varnishtest said of a script, and whether the script passed. */
export interface ScriptResult {
  readonly passed: boolean;
  readonly output: string;
  /** Where the script ran. */
  readonly folder: string;
}

/** Runs a script with the varnishtest of this machine, against its varnishd or ours. `${folder}` in it is a folder of its own. */
export function runScript(script: string, whose: "reference" | "vclc"): Promise<ScriptResult> {
  const folder = temporaryFolder();
  // The reference compiles as another user.
  chmodSync(folder, 0o755);
  const bin = join(folder, "bin");
  mkdirSync(bin);
  if (whose === "vclc") {
    const shim = join(bin, "varnishd");
    writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' '${builtCli()}' varnishd "$@"\n`);
    chmodSync(shim, 0o755);
  }
  const file = join(folder, "script.vtc");
  writeFileSync(file, script.replaceAll("${folder}", folder));
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"]}` };
  return new Promise((resolve) => {
    execFile("varnishtest", ["-v", file], { env, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ passed: error === null, output: stdout + stderr, folder }),
    );
  });
}
