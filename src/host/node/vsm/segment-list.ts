import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Segment } from "./segment-index.js";

/** What a `-n` directory shows at one moment, to who reads it. */
export interface SegmentList {
  /** Which process has written it: its number and when it began. */
  readonly incarnation: string;
  readonly pid: number;
  readonly segments: readonly Segment[];
  /** The path of a segment's file. */
  pathOf(segment: Segment): string;
}

/**
 * Reads one of the two sets (reference: vsm-vsl-vsc, section 1); undefined where nobody has made it. To read it is also what tells a writer that
 * somebody reads.
 */
export function readSegments(folder: string, set: "_.vsm_mgt" | "_.vsm_child"): SegmentList | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, set, "_.index"), "latin1");
  } catch {
    return undefined;
  }
  const [, pid, started] = /^# (\d+) (\d+)\n/.exec(text) ?? [];
  if (pid === undefined) return undefined;
  const segments = new Map<string, Segment>();
  // What is being written, and has no end yet, is for the next time.
  for (const line of text.split("\n").slice(1, -1)) {
    const [, sign, rest = ""] = /^([+-]) (.*)$/.exec(line) ?? [];
    if (sign === "-") segments.delete(rest);
    else if (sign === "+") segments.set(rest, segmentOf(rest));
  }
  return {
    incarnation: `${pid} ${started}`,
    pid: Number(pid),
    segments: [...segments.values()].filter(({ category }) => category !== ""),
    pathOf: ({ file }) => join(folder, set, file),
  };
}

/** `file offset length category ident`; an ident may have blanks. */
function segmentOf(line: string): Segment {
  const [file = "", offset = "0", length = "0", category = "", ...ident] = line.split(" ");
  return { file, offset: Number(offset), length: Number(length), category, ident: ident.join(" ") };
}
