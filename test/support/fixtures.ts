import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

/** The folder of all fixtures. */
export const fixturesRoot = fileURLToPath(new URL("../../fixtures", import.meta.url));

/** A case of a phase: the folder `fixtures/<phase>/<name>`. */
export interface FixtureCase {
  readonly name: string;
  readonly folder: string;
  /** Path of a file of the case. */
  readonly file: (name: string) => string;
}

/** The cases of a phase, by name. */
export function fixtureCases(phase: string): readonly FixtureCase[] {
  const root = join(fixturesRoot, phase);
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, folder: join(root, name), file: (file: string) => join(root, name, file) }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** Compares with a golden file; with UPDATE=1 in the environment the file is rewritten instead. */
export function expectGolden(path: string, actual: string): void {
  if (process.env.UPDATE === "1") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, actual);
    return;
  }
  expect(existsSync(path), `${path} is missing: run npm run test:update and review it`).toBe(true);
  expect(actual).toBe(readFileSync(path, "utf8"));
}
