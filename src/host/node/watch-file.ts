import { watch, type FSWatcher } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";

/** Milliseconds that a file must rest after a change before it counts as written. */
const restTime = 50;
/** Milliseconds between looks at a file whose system reports no changes (network file systems). */
const pollTime = 2000;

/**
 * Calls back after every change of a file. Its folder is watched, not the file: editors and configuration tools replace files, and a
 * watch on the old one would go blind. Symbolic links are followed, so that swapping a link counts. Keeps no process alive.
 */
export function watchFile(path: string, changed: () => void): () => void {
  let closed = false;
  let state: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const next = await stateOf(path);
    if (closed || next === state) return;
    const first = state === undefined;
    state = next;
    if (!first) changed();
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), restTime);
    timer.unref();
  };
  void look();
  const watcher = watchFolder(dirname(path), soon);
  const poll = setInterval(() => void look(), pollTime);
  poll.unref();
  return () => {
    closed = true;
    clearTimeout(timer);
    clearInterval(poll);
    watcher?.close();
  };
}

function watchFolder(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, changed);
    // A folder that goes away leaves the polling.
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

async function stateOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs].join();
  } catch {
    return "absent";
  }
}
