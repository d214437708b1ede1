import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { CliError } from "../cli-error.js";
import { filesBelow } from "../vcl-files.js";
import { isVclTests } from "./test-subs.js";

const isTests = (name: string): boolean => isVclTests(name) || /\.test\.ya?ml$/.test(name) || isScript(name);

/** Whether a file has tests in TypeScript. */
export function isScript(path: string): boolean {
  return path.endsWith(".test.ts");
}

/** What a file of tests about VCL has in it; a project has others. */
const aboutVcl = /["'`]vclc\/testing["'`]|\.vcl["'`]/;

/**
 * The files of tests at a path: a file is itself, a folder is what ends in `.test.vcl` and `.test.yaml` below it, and in `.test.ts` where it is about VCL,
 * in order.
 */
export function testFilesAt(path: string): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new CliError(`cannot read ${path}: No such file or directory`);
  if (!found.isDirectory()) return [path];
  return filesBelow(path, isTests).filter(
    (file) => !isScript(file) || aboutVcl.test(readFileSync(file, "utf8")),
  );
}

/** The VCL that a file of tests is about where neither it nor the command says so: `shop.vcl` for `shop.test.vcl`, `shop.test.yaml` or `shop.yaml`, else `main.vcl`. */
export function policyBeside(testFile: string): string | undefined {
  const candidates = [
    testFile.replace(/\.test\.vcl$|(\.test)?\.ya?ml$/, ".vcl"),
    join(dirname(testFile), "main.vcl"),
  ];
  return candidates.find((path) => path !== testFile && existsSync(path));
}
