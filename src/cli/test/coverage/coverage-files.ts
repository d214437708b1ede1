import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { threadId } from "node:worker_threads";
import type { CompiledPolicy } from "../policy.js";
import { coverageOf, type FileCoverage } from "./coverage.js";

/** The variable of the environment that says in which folder tests in TypeScript leave what they ran. */
export const coverageVariable = "VCLC_COVERAGE";

let count = 0;

/** What writes what has run of some policies, each time anew: nobody says when the process will end. Undefined where nobody wants to know. */
export function coverageWriter(policies: readonly CompiledPolicy[]): (() => void) | undefined {
  const folder = process.env[coverageVariable];
  if (folder === undefined) return undefined;
  const path = join(folder, `${process.pid}-${threadId}-${count++}.json`);
  return () => {
    const files = coverageOf(policies).map((file) => ({
      ...{ ...file, name: resolve(file.name), lines: [...file.lines] },
    }));
    writeFileSync(path, JSON.stringify(files));
  };
}

/** What tests in TypeScript have left, files named as from the current folder. */
export function readCoverage(folder: string): readonly (readonly FileCoverage[])[] {
  return readdirSync(folder).map((name) => {
    const files = JSON.parse(readFileSync(join(folder, name), "utf8")) as readonly WrittenCoverage[];
    return files.map((file) => ({ ...file, name: relative(".", file.name), lines: new Map(file.lines) }));
  });
}

type WrittenCoverage = Omit<FileCoverage, "lines"> & { readonly lines: readonly (readonly [number, number])[] };
