import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ConfigFailure } from "../../vmod/svc/config-reader.js";
import type { PlacedReader } from "../../vmod/svc/placed-reader.js";
import { longText, readPlacedConfig } from "../../vmod/svc/read-config.js";
import { takeRoutes, type RoutesConfig } from "../../vmod/routing/route-config.js";
import { planRoutes } from "../../vmod/routing/route-plan.js";
import { openMainFile } from "../analyze-options.js";
import { CliError } from "../cli-error.js";

/** Checks files of routes and prints what is wrong with each, `FILE:LINE:COLUMN: error: REASON`. Answers with the exit code. */
export function checkRoutes(paths: readonly string[]): 0 | 1 | 2 {
  let code: 0 | 1 | 2 = 0;
  for (const path of paths) {
    const file = openMainFile(path);
    if ("error" in file) {
      process.stderr.write(`vclc: cannot read ${path}: ${file.error}\n`);
      code = 2;
    } else if (!isGood(path, file.text) && code === 0) code = 1;
  }
  return code;
}

/** Long files are read as the VMOD reads them, which keeps no places. Only files that are read as a whole name VCLs. */
function isGood(path: string, text: string): boolean {
  return text.length > longText
    ? reported(path, () => planRoutes(text).form !== "read" || parseRoutes(path, text) !== undefined) === true
    : parseRoutes(path, text) !== undefined;
}

/** What a file says; undefined once its mistake is printed. */
export function parseRoutes(path: string, text: string): RoutesConfig | undefined {
  return reported(path, () =>
    readPlacedConfig(text, (reader, root) => {
      const routes = takeRoutes(reader, root);
      refuseMissingVcl(path, routes, reader);
      return routes;
    }),
  );
}

/** What something comes to; undefined once its mistake is printed. */
function reported<Result>(path: string, read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigFailure)) throw error;
    process.stdout.write(`${path}:${error.line}:${error.column}: error: ${error.reason}\n`);
    return undefined;
  }
}

/** Reads a file that the command cannot do without. Throws a CliError. */
export function routesOf(path: string): { readonly routes: RoutesConfig; readonly text: string } | undefined {
  const source = openMainFile(path);
  if ("error" in source) throw new CliError(`cannot read ${path}: ${source.error}`);
  const routes = parseRoutes(path, source.text);
  return routes && { routes, text: source.text };
}

/** A VCL is named from the folder of the file that names it. */
function refuseMissingVcl(path: string, { hosts }: RoutesConfig, reader: PlacedReader): void {
  for (const { name, vclPath, at } of new Set([...hosts.values()].flat())) {
    if (vclPath === undefined || existsSync(resolve(dirname(path), vclPath))) continue;
    reader.failAt(at ?? 0, `route "${name}": there is no file ${vclPath}`);
  }
}
