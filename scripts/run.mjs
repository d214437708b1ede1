// Runs a TypeScript script: `node scripts/run.mjs scripts/grammar.ts [arguments]`. It is bundled with esbuild into node_modules/.cache
// (so that bare imports still resolve); packages stay outside of the bundle, the names `vclc/*` mean this checkout's sources.
import { mkdirSync, rmSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundleOptions } from "./esbuild-options.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [script, ...rest] = process.argv.slice(2);
if (script === undefined) {
  console.error("usage: node scripts/run.mjs SCRIPT.ts [arguments]");
  process.exit(2);
}

const folder = resolve(root, "node_modules/.cache/vclc-scripts");
mkdirSync(folder, { recursive: true });
const outfile = resolve(folder, `${basename(script, ".ts")}-${process.pid}.mjs`);
process.on("exit", () => rmSync(outfile, { force: true }));

await build({
  ...bundleOptions(root),
  entryPoints: [resolve(script)],
  outfile,
  sourcemap: "inline",
  sourceRoot: root,
});
process.argv.splice(1, 2 + rest.length, resolve(script), ...rest);
await import(pathToFileURL(outfile).href);
