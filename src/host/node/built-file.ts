import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * A file of dist/, or of src/ in a checkout's sources, by its path there: looked for upwards from here because bundling decides how deep this code
 * stands. Undefined where it is not.
 */
export function builtFile(path: string): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (folder !== dirname(folder)) {
    const file = join(folder, path);
    if (existsSync(file)) return file;
    folder = dirname(folder);
  }
  return undefined;
}
