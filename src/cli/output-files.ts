import { closeSync, openSync, readFileSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import type { Printer } from "../compile.js";

export interface OutputFile {
  readonly path: string;
  /** A text that may be very long is printed. */
  readonly text: string | Printer;
}

/** Characters that are gathered before they are written. */
const pieceLength = 1 << 16;

/** Hands a text on in large pieces. */
export function writeText(text: string | Printer, write: (piece: string) => void): void {
  if (typeof text === "string") return write(text);
  let pieces: string[] = [];
  let length = 0;
  text((piece) => {
    pieces.push(piece);
    length += piece.length;
    if (length < pieceLength) return;
    write(pieces.join(""));
    pieces = [];
    length = 0;
  });
  write(pieces.join(""));
}

/** Writes files that belong together: all are written beside their places first, then renamed, so that no half-written file is ever seen. */
export function writeFiles(files: readonly OutputFile[]): void {
  const temporary = (path: string) => `${path}.${process.pid}.tmp`;
  try {
    for (const { path, text } of files) writeFile(temporary(path), text);
    for (const { path } of files) renameSync(temporary(path), path);
  } finally {
    for (const { path } of files) rmSync(temporary(path), { force: true });
  }
}

function writeFile(path: string, text: string | Printer): void {
  const file = openSync(path, "w");
  try {
    writeText(text, (piece) => {
      const bytes = Buffer.from(piece);
      for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
    });
  } finally {
    closeSync(file);
  }
}

/** How what is on disk differs: undefined when it does not. */
export function differenceOf({ path, text }: OutputFile): "missing" | "changed" | undefined {
  try {
    if (typeof text === "string") return readFileSync(path, "utf8") === text ? undefined : "changed";
    return isPrinted(path, text) ? undefined : "changed";
  } catch {
    return "missing";
  }
}

function isPrinted(path: string, text: Printer): boolean {
  const file = openSync(path, "r");
  try {
    let same = true;
    writeText(text, (piece) => {
      const bytes = Buffer.from(piece);
      const read = Buffer.alloc(bytes.length);
      same &&= readSync(file, read) === bytes.length && read.equals(bytes);
    });
    return same && readSync(file, Buffer.alloc(1)) === 0;
  } finally {
    closeSync(file);
  }
}
