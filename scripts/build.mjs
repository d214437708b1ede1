// Builds dist/: JavaScript by esbuild, one set of shared chunks for the library and for what the command line program runs (so that both
// have the same runtime classes); the rest of the program as one script, with V8's compiled code of it; type declarations by tsc; and the
// .vcc files beside their VMODs, and for those without an implementation their declarations. `--no-types` leaves the declarations out.
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
  "cli/replay/run-replay",
  "cli/run/compile-worker",
  "cli/run/run-proxy",
  "cli/test/index",
  "cli/test/run-tests",
  "cli/test/test-worker",
  "cli/test/vite",
  "cli/test/vitest/vitest-reporter",
  "cli/varnishd/varnishd",
  "cli/warm/warm-files",
  "index",
  "prettier/index",
  "runtime/index",
  "host/node/index",
  "host/node/off-loop-jobs",
  "host/memory/index",
  ...vmods.map((name) => `vmod/${name}/index`),
];

/** Bundled although it is a package: importing it as it comes takes 190 ms, the bundle 11 ms. */
const bundledPackages = ["chevrotain", "@chevrotain/", "lodash-es"];

const keepPackagesOutside = (bundled) => ({
  name: "keep-packages-outside",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === "entry-point" || bundled.some((name) => path.startsWith(name))) return undefined;
      return { path, external: true };
    });
  },
});

/** What serves requests is imported from the program as the modules that it shares with the library. */
const keepServersOutside = {
  name: "keep-servers-outside",
  setup(build) {
    build.onResolve({ filter: /\/(replay|run|test|varnishd|warm)\/[^/]+$/ }, ({ path, kind }) =>
      kind === "dynamic-import" ? { path: path.replace(/^\.\.\//, "./"), external: true } : undefined,
    );
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  sourcemap: false,
  legalComments: "none",
  write: false,
  logLevel: "error",
};

const library = await build({
  ...common,
  entryPoints: entries
    .filter((entry) => existsSync(join(root, "src", `${entry}.ts`)))
    .map((entry) => ({ in: `src/${entry}.ts`, out: entry })),
  outdir: "dist",
  chunkNames: "chunks/[name]-[hash]",
  splitting: true,
  format: "esm",
  plugins: [keepPackagesOutside(bundledPackages)],
});

/** One script whose value is a function: src/cli/vclc.ts says how it is started. */
const {
  outputFiles: [script],
} = await build({
  ...common,
  entryPoints: ["src/cli/main.ts"],
  outfile: "dist/cli/program.cjs",
  format: "iife",
  globalName: "program",
  banner: { js: "(function (require, importModule, importMetaUrl) {" },
  footer: { js: "return program;\n})" },
  define: { "import.meta.url": "importMetaUrl" },
  plugins: [keepServersOutside, keepPackagesOutside([...bundledPackages, "commander", "source-map"])],
});
// A script cannot import: it is given a function for that.
const program = { path: script.path, contents: script.text.replaceAll('import("', 'importModule("') };
const outputFiles = [...library.outputFiles, program];

// Files that did not change are left alone and the others replaced in one step: a program that runs from dist/ meanwhile is not disturbed.
const written = new Set();
const codeCache = join(root, "dist/cli/program.cache");
if (withTypes || changed(program)) rmSync(codeCache, { force: true });
for (const { path, contents } of outputFiles) writeIfChanged(path, Buffer.from(contents));
for (const name of vmods) {
  const folder = join(root, "src/vmod", name);
  for (const file of readdirSync(folder).filter((file) => file.endsWith(".vcc") || file === "index.d.ts")) {
    writeIfChanged(join(root, "dist/vmod", name, file), readFileSync(join(folder, file)));
  }
  if (!existsSync(join(folder, "index.ts")))
    writeIfChanged(join(root, "dist/vmod", name, "index.js"), refusing(name));
}
if (!existsSync(codeCache)) writeCodeCache();
if (withTypes) {
  rmSync(join(root, "dist/chunks"), { recursive: true, force: true });
  for (const { path, contents } of outputFiles) writeIfChanged(path, Buffer.from(contents));
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

/** V8's compiled code of the program, which only this Node and its like will take. */
function writeCodeCache() {
  const samples = ["main", "api", "www", "static"].map((name) => `examples/dispatch/${name}.vcl`);
  const temporary = `${codeCache}.${process.pid}`;
  const args = [join(root, "scripts/code-cache.mjs"), program.path, temporary, ...samples];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`the program does not run:\n${stderr}`);
  renameSync(temporary, codeCache);
}

function changed({ path, contents }) {
  return !existsSync(path) || !readFileSync(path).equals(Buffer.from(contents));
}

function writeIfChanged(path, contents) {
  written.add(relative(root, resolve(path)));
  if (!changed({ path, contents })) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents, { mode: path.endsWith("cli/vclc.js") ? 0o755 : 0o644 });
  renameSync(temporary, path);
}
