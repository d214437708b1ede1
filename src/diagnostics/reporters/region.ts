import { lineText, position, type Position } from "../../source/position.js";
import type { Span } from "../../source/source-file.js";
import { printable } from "./printable.js";

/** A span in lines and characters (Unicode code points), both from 1; the end is the first place after it. */
export interface Region {
  readonly start: Position;
  readonly end: Position;
}

/** Where a span is for programs that count characters and not, as the reference compiler, bytes and tab stops. */
export function regionOf({ file, start, end }: Span): Region {
  return { start: characters(file, start), end: characters(file, end) };
}

function characters(file: Span["file"], offset: number): Position {
  const { line, column } = position(file, offset);
  const before = lineText(file, line).slice(0, column - 1);
  return { line, column: [...printable(before)].length + 1 };
}
