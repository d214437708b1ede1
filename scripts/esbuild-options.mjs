// What every bundle of this project has in common.
import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const aliases = [
  [/^vclc$/, () => "src/index.ts"],
  [/^vclc\/runtime$/, () => "src/runtime/index.ts"],
  [/^vclc\/host\/(node|memory)$/, (match) => `src/host/${match[1]}/index.ts`],
  [/^vclc\/vmod\/(\w+)$/, (match) => `src/vmod/${match[1]}/index.ts`],
];

/** Options for a bundle that stays inside this checkout: own names resolve to the sources, `import.meta.url` to the source file. */
export function bundleOptions(root) {
  return {
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    plugins: [
      {
        name: "own-sources",
        setup(build) {
          for (const [filter, path] of aliases) {
            build.onResolve({ filter }, ({ path: name }) => ({
              path: resolve(root, path(filter.exec(name))),
            }));
          }
          build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const text = readFileSync(path, "utf8");
            if (!text.includes("import.meta") || relative(root, path).startsWith("..")) return undefined;
            return {
              contents: text
                .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href))
                .replaceAll("import.meta.dirname", JSON.stringify(dirname(path))),
              loader: "ts",
            };
          });
        },
      },
    ],
  };
}
