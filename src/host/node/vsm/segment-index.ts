import { randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Segments begin and end on pages. */
export const pageSize = 4096;

/** A stretch of a file that readers map: its category (`Log`, `Stat` …) and what it is the one of. */
export interface Segment {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  readonly category: string;
  readonly ident: string;
}

/** One of the two sets of segments in a `-n` directory: a folder with its files and the index that readers follow. */
export class SegmentIndex {
  readonly folder: string;

  /** Begins an empty set; `started` in seconds since the epoch tells this incarnation from others. */
  constructor(folder: string, pid: number, started: number) {
    this.folder = folder;
    mkdirSync(folder, { mode: 0o750 });
    writeFileSync(this.path, `# ${pid} ${started}\n`, { mode: 0o640 });
  }

  get path(): string {
    return join(this.folder, "_.index");
  }

  /** A name for a new file of the set. */
  newName(category: string): string {
    return `_.${category}.${randomBytes(8).toString("hex")}`;
  }

  pathOf(file: string): string {
    return join(this.folder, file);
  }

  /** Announces a segment, whose bytes must be in place. */
  add(segment: Segment): void {
    appendFileSync(this.path, line("+", segment));
  }

  /** Takes a segment back. */
  remove(segment: Segment): void {
    appendFileSync(this.path, line("-", segment));
  }

  /** A file of its own with that content, announced. */
  addFile(category: string, ident: string, content: Uint8Array): Segment {
    const file = this.newName(category);
    const length = Math.ceil(content.length / 8) * 8;
    const bytes = Buffer.alloc(Math.ceil(length / pageSize) * pageSize);
    bytes.set(content);
    writeFileSync(this.pathOf(file), bytes, { mode: 0o640 });
    const segment = { file, offset: 0, length, category, ident };
    this.add(segment);
    return segment;
  }

  /** Announces a file that holds several segments. */
  addCluster(file: string, length: number): void {
    this.add({ file, offset: 0, length, category: "", ident: "" });
  }

  /** Takes the set away with its files. */
  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function line(sign: "+" | "-", { file, offset, length, category, ident }: Segment): string {
  return `${sign} ${file} ${offset} ${length} ${category} ${ident}\n`;
}
