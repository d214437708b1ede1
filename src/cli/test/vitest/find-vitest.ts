import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

/** The first version whose reporters are told of each file and test. */
const oldest = 3;

/** The folder that a file of tests belongs to: the nearest above it that has a configuration of vitest's or Vite's, or a package.json. */
export function projectOf(file: string): string {
  for (let folder = dirname(resolve(file)); folder !== dirname(folder); folder = dirname(folder)) {
    if (readdirSync(folder).some((name) => /^(?:vitest|vite)\.config\.\w+$|^package\.json$/.test(name)))
      return folder;
  }
  return process.cwd();
}

/** The program of the vitest that a folder has, or why there is none. */
export function vitestOf(folder: string): { readonly program: string } | { readonly problem: string } {
  const install = `in ${folder}: npm install --save-dev vitest`;
  let manifest: string;
  try {
    manifest = createRequire(join(folder, "package.json")).resolve("vitest/package.json");
  } catch {
    return { problem: `tests in TypeScript are run by vitest, which is not installed; ${install}` };
  }
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string };
  if (Number.parseInt(version, 10) < oldest)
    return { problem: `vitest ${version} is too old, ${oldest} is needed; ${install}@latest` };
  return { program: join(dirname(manifest), "vitest.mjs") };
}
