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

/** Whether a file on disk is missing or holds something else. */
export function fileDiffers({ path, text }: OutputFile): boolean {
  try {
    return readFileSync(path, "utf8") !== text;
  } catch {
    return true;
  }
}
