// Writes the pages of docs/ that are made from the sources: commands, shipped VMODs, diagnostics. A test says when one is stale.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { generatedFolders, generatedPages } from "./docs/pages.js";

for (const folder of generatedFolders) rmSync(folder, { recursive: true, force: true });
for (const [path, text] of await generatedPages()) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
