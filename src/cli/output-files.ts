import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

export interface OutputFile {
  readonly path: string;
  readonly text: string;
}

/** Writes files that belong together: all are written beside their places first, then renamed, so that no half-written file is ever seen. */
export function writeFiles(files: readonly OutputFile[]): void {
  const temporary = (path: string) => `${path}.${process.pid}.tmp`;
  try {
    for (const { path, text } of files) writeFileSync(temporary(path), text);
    for (const { path } of files) renameSync(temporary(path), path);
  } finally {
    for (const { path } of files) rmSync(temporary(path), { force: true });
  }
}

/** How what is on disk differs: undefined when it does not. */
export function differenceOf({ path, text }: OutputFile): "missing" | "changed" | undefined {
  try {
    return readFileSync(path, "utf8") === text ? undefined : "changed";
  } catch {
    return "missing";
  }
}
