import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A file of dist/, looked for upwards from here because bundling decides how deep this code stands; undefined in a checkout's sources. */
export function builtFile(path: string): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (folder !== dirname(folder)) {
    const file = join(folder, path);
    if (existsSync(file)) return file;
    folder = dirname(folder);
  }
  return undefined;
}
