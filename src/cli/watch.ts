import { existsSync, statSync, type Stats } from "node:fs";
import { dirname, relative } from "node:path";
import { systemReason } from "../host/node/system-reason.js";
import { CliError, isCliError } from "./cli-error.js";

/** Names of files whose change is a reason to look again. */
const watched = /\.(vcl|vcc|ya?ml|json|test\.ts)$/;
/** Folders that hold no policy of one's own, and may be very large. */
const ignored = /(?:^|\/)(?:node_modules|\.git)(?:\/|$)/;
/** Milliseconds after a change in which others belong to it: editors write in several steps. */
const gather = 100;

/**
 * Runs, and runs again whenever a file of VCL, tests or configuration changes in these folders, or in those of these files. Ends with the process; what
 * cannot be carried out is said, and waited with until something changes.
 */
export async function runAndWatch(paths: readonly string[], run: () => Promise<unknown>): Promise<never> {
  let changed: string | undefined;
  let wake: (() => void) | undefined;
  await watchFolders([...new Set(paths.map(folderOf))], (name) => {
    changed = relative(".", name);
    wake?.();
  });
  for (;;) {
    await attempt(run);
    if (changed === undefined) await new Promise<void>((resolve) => (wake = resolve));
    wake = undefined;
    await new Promise((resolve) => setTimeout(resolve, gather));
    process.stdout.write(`\n${new Date().toLocaleTimeString("en-GB")} ${changed ?? ""} changed\n\n`);
    changed = undefined;
  }
}

/** Resolves once the folders are watched; throws a CliError for one that cannot be. Files that are replaced, as editors do, stay watched. */
async function watchFolders(folders: readonly string[], changed: (name: string) => void): Promise<void> {
  for (const folder of folders) {
    if (!existsSync(folder)) throw new CliError(`cannot watch ${folder}: No such file or directory`);
  }
  const { watch } = await import("chokidar");
  const isOther = (path: string, stats?: Stats): boolean =>
    ignored.test(path) || (stats?.isFile() === true && !watched.test(path));
  const watcher = watch([...folders], { ignored: isOther, ignoreInitial: true });
  await new Promise<void>((resolve, reject) => {
    watcher.on("all", (_, path) => {
      if (watched.test(path)) changed(path);
    });
    watcher.on("ready", () => resolve());
    watcher.on("error", (error) => reject(new CliError(`cannot watch: ${systemReason(error)}`)));
  });
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
