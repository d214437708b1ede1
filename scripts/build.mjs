// Builds dist/: JavaScript by esbuild, one set of shared chunks for the library and the command line program (so that both have the same
// runtime classes), type declarations by tsc, and the .vcc files beside their VMODs, and for those without an implementation their declarations. `--no-types` leaves the declarations out.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const withTypes = !process.argv.includes("--no-types");
const vmods = readdirSync(join(root, "src/vmod"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const entries = [
  "cli/vclc",
  "cli/run/compile-worker",
  "index",
  "runtime/index",
  "host/node/index",
  "host/memory/index",
  ...vmods.map((name) => `vmod/${name}/index`),
];

/** Bundled although it is a package: importing it as it comes takes 190 ms, the bundle 11 ms. */
const bundledPackages = ["chevrotain", "@chevrotain/", "lodash-es"];

const keepPackagesOutside = {
  name: "keep-packages-outside",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === "entry-point" || bundledPackages.some((name) => path.startsWith(name))) return undefined;
      return { path, external: true };
    });
  },
};

const result = await build({
  absWorkingDir: root,
  entryPoints: entries
    .filter((entry) => existsSync(join(root, "src", `${entry}.ts`)))
    .map((entry) => ({ in: `src/${entry}.ts`, out: entry })),
  outdir: "dist",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20",
  sourcemap: false,
  legalComments: "none",
  plugins: [keepPackagesOutside],
  write: false,
  logLevel: "error",
});

// Files that did not change are left alone and the others replaced in one step: a program that runs from dist/ meanwhile is not disturbed.
const written = new Set();
for (const { path, contents } of result.outputFiles) writeIfChanged(path, Buffer.from(contents));
for (const name of vmods) {
  const folder = join(root, "src/vmod", name);
  for (const file of readdirSync(folder).filter((file) => file.endsWith(".vcc") || file === "index.d.ts")) {
    writeIfChanged(join(root, "dist/vmod", name, file), readFileSync(join(folder, file)));
  }
  if (!existsSync(join(folder, "index.ts")))
    writeIfChanged(join(root, "dist/vmod", name, "index.js"), refusing(name));
}
if (withTypes) {
  rmSync(join(root, "dist/chunks"), { recursive: true, force: true });
  for (const { path, contents } of result.outputFiles) writeIfChanged(path, Buffer.from(contents));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(1);
}
console.log(`dist: ${written.size} files${withTypes ? " and their types" : ""}`);

/** What is imported of a VMOD that has only its interface here: a module that says so. */
function refusing(name) {
  const reason = `VMOD ${name} has no implementation here, only its interface: modules that import it type-check, but do not run`;
  return Buffer.from(`throw new Error(${JSON.stringify(reason)});\n`);
}

function writeIfChanged(path, contents) {
  written.add(relative(root, resolve(path)));
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents, { mode: path.endsWith("cli/vclc.js") ? 0o755 : 0o644 });
  renameSync(temporary, path);
}
