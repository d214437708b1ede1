import { statSync, watch, type FSWatcher } from "node:fs";
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
  let state = stateOf(path);
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const next = stateOf(path);
    if (closed || next === state) return;
    state = next;
    changed();
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(look, restTime);
    timer.unref();
  };
  const watcher = watchFolder(dirname(path), soon);
  const poll = setInterval(look, pollTime);
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

/** Tells two states of a file apart; the nanoseconds catch two writes of the same length within a millisecond. */
function stateOf(path: string): string {
  try {
    const { dev, ino, size, mtimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs].join();
  } catch {
    return "absent";
  }
}
