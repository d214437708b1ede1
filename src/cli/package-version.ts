import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The version in the package.json of the package that this code belongs to, wherever bundling put the code. */
export function packageVersion(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    try {
      const text = readFileSync(join(folder, "package.json"), "utf8");
      return (JSON.parse(text) as { version: string }).version;
    } catch {
      if (folder === dirname(folder)) return "unknown";
      folder = dirname(folder);
    }
  }
}
