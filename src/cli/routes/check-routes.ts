import { readRoutes, type RouteFile } from "../../vmod/routing/route-config.js";
import { ConfigFailure } from "../../vmod/svc/config-reader.js";
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
    } else if (!parseRoutes(path, file.text) && code === 0) code = 1;
  }
  return code;
}

/** What a file says; undefined once its mistake is printed. */
export function parseRoutes(path: string, text: string): RouteFile | undefined {
  try {
    return readRoutes(text);
  } catch (error) {
    if (!(error instanceof ConfigFailure)) throw error;
    process.stdout.write(`${path}:${error.line}:${error.column}: error: ${error.reason}\n`);
    return undefined;
  }
}

/** Reads a file that the command cannot do without. Throws a CliError. */
export function routesOf(path: string): { readonly file: RouteFile; readonly text: string } | undefined {
  const source = openMainFile(path);
  if ("error" in source) throw new CliError(`cannot read ${path}: ${source.error}`);
  const file = parseRoutes(path, source.text);
  return file && { file, text: source.text };
}
