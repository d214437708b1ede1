import { statSync, watch } from "node:fs";
import { dirname } from "node:path";
import { isCliError } from "./cli-error.js";

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
    watch(folder, { recursive: true }, (_, name) => {
      if (name === null || !watched.test(name)) return;
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
