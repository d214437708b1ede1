import { statSync, watch } from "node:fs";
import { dirname } from "node:path";
import { systemReason } from "../host/node/system-reason.js";
import { CliError, isCliError } from "./cli-error.js";

/** Names of files whose change is a reason to look again. */
const watched = /\.(vcl|vcc|ya?ml|json)$/;
/** Milliseconds after a change in which others belong to it: editors write in several steps. */
const gather = 100;

/**
 * Runs, and runs again whenever a file of VCL, tests or configuration changes in these folders, or in those of these files. Ends with the process; what
 * cannot be carried out is said, and waited with until something changes.
 */
export async function runAndWatch(paths: readonly string[], run: () => Promise<unknown>): Promise<never> {
  let changed: string | undefined;
  let wake: (() => void) | undefined;
  for (const folder of new Set(paths.map(folderOf))) {
    watchFolder(folder, (name) => {
      changed = name;
      wake?.();
    });
  }
  for (;;) {
    await attempt(run);
    if (changed === undefined) await new Promise<void>((resolve) => (wake = resolve));
    wake = undefined;
    await new Promise((resolve) => setTimeout(resolve, gather));
    process.stdout.write(`\n${new Date().toLocaleTimeString("en-GB")} ${changed ?? ""} changed\n\n`);
    changed = undefined;
  }
}

/** Throws a CliError for a folder that cannot be watched; one that goes away later ends the command with its reason. */
function watchFolder(folder: string, changed: (name: string) => void): void {
  try {
    const watcher = watch(folder, { recursive: true }, (_, name) => {
      if (name !== null && watched.test(name)) changed(name);
    });
    watcher.on("error", (error) => {
      process.stderr.write(`vclc: cannot watch ${folder} any more: ${systemReason(error)}\n`);
      process.exit(2);
    });
  } catch (error) {
    throw new CliError(`cannot watch ${folder}: ${systemReason(error)}`);
  }
}

async function attempt(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!isCliError(error)) throw error;
    process.stderr.write(`vclc: ${error.message}\n`);
  }
}

function folderOf(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? path : dirname(path);
}
