import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A thread's program by its path below cli/, looked for upwards from here because bundling decides how deep this code stands; none in a checkout's sources. */
export function workerFile(path: string): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (folder !== dirname(folder)) {
    const file = join(folder, "cli", `${path}.js`);
    if (existsSync(file)) return file;
    folder = dirname(folder);
  }
  return undefined;
}
